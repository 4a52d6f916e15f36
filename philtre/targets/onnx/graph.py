"""A graph under construction: nodes made once, broadcasts left to the operators, names that clash with nothing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from onnx import helper

from philtre.targets.onnx.kernels import compute_dtype
from philtre.targets.onnx.scope import HIGHEST as HIGHEST
from philtre.targets.onnx.scope import INTRODUCED, LOWEST, Scope
from philtre.targets.onnx.value import Shape, Size, Value, broadcast, moved, plain
from philtre.trace import is_symbolic, terms

FOLDED = 4096
"""Constants may grow to so many entries; where more would be stored, the graph computes them."""


class Graph(Scope):
    """Makes nodes with kernels for their dtypes, tensors no larger than needed, and sizes from the inputs."""

    def node(
        self,
        operator: str,
        inputs: Sequence[Value],
        shape: Shape,
        dtype: Any,
        *,
        domain: str = "",
        **attributes: Any,
    ) -> Value:
        """Make a node with one result, whose tensor has the whole shape; see `nodes_of`."""
        return self.nodes_of(operator, inputs, [(shape, dtype)], domain=domain, **attributes)[0]

    def nodes_of(
        self,
        operator: str,
        inputs: Sequence[Value],
        results: Sequence[tuple[Shape, Any]],
        *,
        domain: str = "",
        **attributes: Any,
    ) -> list[Value]:
        """Make a node; where its operator has no kernel for the dtype of its data, compute in a wider one.

        Args:
            operator: name in ONNX; LabelEncoder and such need their `domain`.
            inputs: the first one is the data, the second one for Where.
            results: shape and dtype of each.
        Raises:
            UnsupportedError: if no dtype will do.
        """
        asked = inputs[1 if operator == "Where" else 0].dtype
        compute = compute_dtype(operator, asked)
        if compute is None:
            raise self.refuse(f"{asked.name} has no kernel for {operator}")
        if compute != asked:
            inputs = [self.cast(value, compute) if value.dtype == asked else value for value in inputs]
        dtypes = [np.dtype(dtype) for _, dtype in results]
        raw = [compute if dtype == asked else dtype for dtype in dtypes]
        names = self.emit(operator, [value.name for value in inputs], len(results), domain, attributes)
        values = [Value(n, s, s, d) for n, (s, _), d in zip(names, results, raw, strict=True)]
        return [self.cast(value, dtype) for value, dtype in zip(map(self.known, values), dtypes, strict=True)]

    def offers(self, operator: str, dtype: np.dtype[Any]) -> bool:
        """Whether the operator exists in the operator sets allowed and has a kernel for the dtype."""
        return INTRODUCED.get(operator, LOWEST) <= self.highest and compute_dtype(operator, dtype) is not None

    def apply(self, operator: str, *values: Value, dtype: Any = None, **attributes: Any) -> Value:
        """Make an elementwise node; its operands broadcast, and so may its result stay smaller than its shape.

        Args:
            dtype: dtype of the result; that of the first value, if not given.
        """
        shape = broadcast(value.shape for value in values)
        stored = broadcast(value.stored for value in values)
        made = self.node(operator, values, stored, values[0].dtype if dtype is None else dtype, **attributes)
        return replace(made, shape=shape)

    def compare(self, operator: str, a: Value, b: Value) -> Value:
        """Make a comparison; booleans compare as integers."""
        if a.dtype == np.bool_ and operator != "Equal":
            a, b = self.cast(a, np.int32), self.cast(b, np.int32)
        return self.apply(operator, a, b, dtype=np.bool_)

    def where(self, condition: Value, chosen: Value, other: Value) -> Value:
        """Choose elementwise; for booleans by logic, since Where has no kernel for them."""
        if condition.constant is not None and condition.stored == ():
            known = chosen if condition.constant else other
            return replace(known, shape=broadcast(value.shape for value in (condition, chosen, other)))
        if chosen.dtype != np.bool_:
            return self.apply("Where", condition, chosen, other, dtype=chosen.dtype)
        kept = self.apply("And", self.apply("Not", condition), other)
        return self.apply("Or", self.apply("And", condition, chosen), kept)

    def extreme(self, operator: str, a: Value, b: Value) -> Value:
        """Take the elementwise Max or Min; NaN wins."""
        if self.offers(operator, a.dtype):
            return self.apply(operator, a, b)
        return self.where(self.compare("Greater" if operator == "Max" else "Less", a, b), a, b)

    def number(self, content: float, like: Value) -> Value:
        """Make a scalar constant of the dtype of a value."""
        return self.constant(content, like.dtype)

    def cast(self, value: Value, dtype: Any) -> Value:
        """Cast as C does; `convert_element_type` has JAX's rule for floats to integers."""
        dtype = np.dtype(dtype)
        value = self._before(value, dtype)
        if dtype == value.dtype:
            return value
        if value.constant is not None and not (value.dtype.kind == "f" and dtype.kind in "iu"):
            return replace(self.constant(value.constant.astype(dtype)), shape=value.shape)
        names = self.emit("Cast", [value.name], 1, "", {"to": helper.np_dtype_to_tensor_dtype(dtype)})
        return self.known(Value(names[0], value.shape, value.stored, dtype))

    def _before(self, value: Value, dtype: np.dtype[Any]) -> Value:
        """Find what was cast to a value, if a cast of that loses no more."""
        source = self._input_of(value, "Cast")
        if source is None:
            return value
        exact = np.can_cast(source.dtype, value.dtype)
        wraps = {source.dtype.kind, value.dtype.kind, dtype.kind} <= set(
            "iu"
        ) and value.dtype.itemsize >= dtype.itemsize
        return replace(source, shape=value.shape) if exact or wraps else value

    def bind_symbols(self, value: Value) -> None:
        """Let symbolic sizes be read from an input."""
        self.known(value)
        for axis, size in enumerate(value.shape):
            if is_symbolic(size):
                self.symbols.setdefault(str(size), (value, axis))

    # ---- shapes

    def full(self, value: Value) -> Value:
        """Make the tensor as large as the value's shape."""
        if value.stored == value.shape:
            return value
        static = not any(map(is_symbolic, value.shape))
        if value.constant is not None and static and math.prod(value.shape) <= FOLDED:
            return self.constant(np.broadcast_to(value.constant, value.shape).copy())
        own = (1,) * (len(value.shape) - len(value.stored)) + value.stored
        target = self.sizes([1 if have == want else want for have, want in zip(own, value.shape, strict=True)])
        return self.node("Expand", [value, target], value.shape, value.dtype)

    def reshape(self, value: Value, shape: Iterable[Size]) -> Value:
        """Reshape; a broadcast that stays one along axes of size 1 is not carried out."""
        shape = tuple(shape)
        if value.stored == () or shape == value.shape:
            return replace(value, shape=shape)
        if value.stored != value.shape and (stored := moved(value, shape)) is not None:
            return replace(self._reshaped(value, stored), shape=shape)
        return self._reshaped(self.full(value), shape)

    def _reshaped(self, value: Value, shape: Shape) -> Value:
        if shape == value.stored:
            return replace(value, shape=shape)
        if value.constant is not None and not any(map(is_symbolic, shape)):
            return self.constant(value.constant.reshape(shape))
        source = self._input_of(value, "Reshape")
        if source is not None and (source.stored == shape or plain(source.stored, shape) is not None):
            return self._reshaped(replace(source, shape=source.stored), shape)
        target = plain(value.stored, shape)
        if target is None:
            return self.node("Reshape", [value, self.sizes(shape)], shape, value.dtype, allowzero=1)
        return self.node("Reshape", [value, self.constant(target, np.int64)], shape, value.dtype)

    def _input_of(self, value: Value, operator: str) -> Value | None:
        """What an operator made a value of; None if another made it."""
        maker = self.makers.get(value.name)
        return self.tensors[maker.input[0]] if maker is not None and maker.op_type == operator else None

    def transpose(self, value: Value, order: Iterable[int]) -> Value:
        """Reorder the axes."""
        order = [int(axis) for axis in order]
        if order == list(range(len(order))) or value.stored == ():
            return replace(value, shape=tuple(value.shape[axis] for axis in order))
        value = self.aligned(value)
        shape, stored = ([sizes[axis] for axis in order] for sizes in (value.shape, value.stored))
        if value.constant is not None:
            return replace(self.constant(value.constant.transpose(order)), shape=tuple(shape))
        source = self._input_of(value, "Transpose")
        if source is not None:
            before = list(self.makers[value.name].attribute[0].ints)
            moved_back = replace(source, shape=tuple(value.shape[before.index(axis)] for axis in range(len(order))))
            return self.transpose(moved_back, [before[axis] for axis in order])
        return replace(self.node("Transpose", [value], tuple(stored), value.dtype, perm=order), shape=tuple(shape))

    def aligned(self, value: Value) -> Value:
        """Give the tensor as many axes as the value has."""
        missing = len(value.shape) - len(value.stored)
        if missing == 0:
            return value
        return replace(self._reshaped(value, (1,) * missing + value.stored), shape=value.shape)

    def sizes(self, sizes: Iterable[Size]) -> Value:
        """Make an int64 vector of sizes, computed from the inputs where they are symbolic."""
        sizes = tuple(sizes)
        if not any(map(is_symbolic, sizes)):
            return self.constant(np.array(sizes, np.int64))
        return self.node("Concat", [self.size(size) for size in sizes], (len(sizes),), np.int64, axis=0)

    def size(self, size: Size) -> Value:
        """Make an int64 vector of one size."""
        if not is_symbolic(size):
            return self.constant(np.array([size], np.int64))
        total: Value | None = None
        for term in terms(size):
            factors = [self._factor(factor) for factor in term.factors for _ in range(factor.power)]
            if term.coefficient != 1 or not factors:
                factors.append(self.constant(np.array([term.coefficient], np.int64)))
            product = self._chain("Mul", factors)
            total = product if total is None else self.apply("Add", total, product)
        return total if total is not None else self.constant(np.array([0], np.int64))

    def _factor(self, factor: Any) -> Value:
        if factor.symbol is not None:
            value, axis = self.symbols[factor.symbol]
            return self.node("Shape", [value], (1,), np.int64, start=axis, end=axis + 1)
        a, b = map(self.size, factor.operands)
        if factor.operation in ("max", "min"):
            return self.extreme(factor.operation.capitalize(), a, b)
        rest = self.node("Mod", [a, b], (1,), np.int64)
        return rest if factor.operation == "mod" else self.apply("Div", self.apply("Sub", a, rest), b)

    def _chain(self, operator: str, values: Sequence[Value]) -> Value:
        first, *others = values
        for other in others:
            first = self.apply(operator, first, other)
        return first
