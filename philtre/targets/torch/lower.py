"""The walk: equations in order, calls inlined, each of the rest given to its rule; broadcasts left to the rules."""

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
import torch
import torch.fx

from philtre.errors import UnsupportedError
from philtre.ops.primitive import body
from philtre.targets.torch.carrier import LOWEST, MASKS, to_tensor
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import BROADCASTING, FORMULAS, OPERATIONS, RULES, Data
from philtre.trace import ClosedJaxpr, Equation, Literal, inner, is_symbolic, is_users, template

_WRAPPING = {
    "add", "add_any", "sub", "mul", "neg", "not", "div", "square", "integer_pow", "pow", "shift_left", "dot_general",
    "reduce_sum", "reduce_prod", "reduce_and", "reduce_window_sum", "reduce_window", "cumsum", "cumprod", "scatter-add",
    "scatter-mul", "scatter-sub", "convert_element_type", "conv_general_dilated", "bitcast_convert_type",
}  # fmt: skip
_ORDERED = {
    "lt", "le", "gt", "ge", "lt_to", "le_to", "max", "min", "clamp", "sort", "top_k", "reduce_max", "reduce_min",
    "argmax", "argmin", "cummax", "cummin", "reduce_window_max", "reduce_window_min", "scatter-max", "scatter-min",
}  # fmt: skip


class Value(NamedTuple):
    """Data, and the shape that it has, which broadcasts to the shape that the trace says."""

    data: Data
    stored: tuple[Any, ...]


class Lowering:
    """One translation of equations into nodes of a graph.

    Args:
        graph: receives the nodes.
        x64: whether the equations were traced with 64-bit dtypes.
        missing: collects the names of what cannot be lowered, in place of the error.
    """

    def __init__(self, graph: Graph, *, x64: bool, missing: list[str] | None = None) -> None:
        self.graph = graph
        self.x64 = x64
        self.missing = missing
        graph.body = self.module

    def run(self, jaxpr: ClosedJaxpr, arguments: Sequence[Value]) -> list[Value]:
        """Lower all equations; the results may be smaller tensors that broadcast."""
        values: dict[Any, Value] = dict(zip(jaxpr.jaxpr.invars, arguments, strict=True))
        for variable, content in zip(jaxpr.jaxpr.constvars, jaxpr.consts, strict=True):
            values[variable] = self.closed_over(content, tuple(template(variable).shape))

        def read(atom: Any) -> Value:
            if not isinstance(atom, Literal):
                return values[atom]
            known = to_tensor(np.asarray(atom.val, template(atom).dtype)).to(self.graph.device)
            return Value(known, tuple(known.shape))

        for equation in jaxpr.jaxpr.eqns:
            results = self._equation(equation, [read(atom) for atom in equation.invars])
            values |= zip(equation.outvars, results, strict=True)
        return [read(atom) for atom in jaxpr.jaxpr.outvars]

    def whole(self, value: Value, shape: Sequence[Any]) -> Data:
        """The data in its whole shape."""
        known = tuple(value.data.shape) if isinstance(value.data, torch.Tensor) else value.stored
        if value.stored == known == tuple(shape):
            return value.data
        sizes = self.graph.sizes(shape)
        return torch.broadcast_to(self.graph.proxy(value.data) if any(map(is_symbolic, shape)) else value.data, sizes)

    def closed_over(self, content: Any, shape: tuple[Any, ...]) -> Value:
        """Hold an array that the function closed over: a buffer that is saved with the parameters."""
        name = self.graph.name("constant")
        self.graph.root.register_buffer(name, key_or_tensor(content).to(self.graph.device))
        return Value(self.graph.get(name), shape)

    def module(self, jaxpr: ClosedJaxpr) -> torch.fx.GraphModule:
        """Make equations, such as the body of a loop, a module: takes the sizes of the symbols, then the arguments."""
        child = Graph(self.graph.device, self.graph.equations)
        for name in self.graph.symbols:
            child.symbols[name] = child.placeholder(child.name("size"))
        shapes = [tuple(template(variable).shape) for variable in jaxpr.jaxpr.invars]
        arguments = [Value(child.placeholder(f"x{i}"), shape) for i, shape in enumerate(shapes)]
        walk = Lowering(child, x64=self.x64, missing=self.missing)
        results = zip(walk.run(jaxpr, arguments), jaxpr.jaxpr.outvars, strict=True)
        return child.module([child.proxy(walk.whole(result, template(atom).shape)) for result, atom in results])

    def _equation(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        called = inner(equation)
        if called is not None and is_users(called):
            return self.run(called, arguments)
        with self.graph.lowering(equation):
            if called is not None:
                return self.run(called, arguments)
            try:
                return self._lowered(equation, arguments)
            except UnsupportedError as error:
                if self.missing is None:
                    raise
                self.missing.append(error.operation)
                return [self._placeholder(variable) for variable in equation.outvars]

    def _lowered(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        name = equation.primitive.name
        if name == "operation":
            return self._operation(equation, arguments)
        if name == "broadcast_in_dim":
            return [self._aligned(equation, arguments[0])]
        if name in FORMULAS:
            return self._formula(equation, arguments)
        if name not in RULES:
            raise self.graph.refuse("torch has no kernel and this target no formula")
        for variable in (*equation.invars, *equation.outvars):
            self.graph.carrier(template(variable).dtype)
        if name in BROADCASTING:
            stored = broadcast(*(value.stored for value in arguments))
            return [Value(r, stored) for r in self._applied(equation, [value.data for value in arguments])]
        results = self._applied(equation, self._whole(equation, arguments))
        shapes = [tuple(template(variable).shape) for variable in equation.outvars]
        return [Value(result, shape) for result, shape in zip(results, shapes, strict=True)]

    def _applied(self, equation: Equation, data: list[Data]) -> list[Data]:
        """Run the rule; unsigned integers wrap after it, and are put in order before it."""
        name = equation.primitive.name
        if name in _ORDERED:
            data = [_flipped(x, template(v).dtype.name) for x, v in zip(data, equation.invars, strict=True)]
        made = RULES[name](self.graph, equation, *data)
        results = list(made) if isinstance(made, list | tuple) else [made]
        names = [template(variable).dtype.name for variable in equation.outvars]
        if name in _ORDERED:
            results = [_flipped(x, dtype) for x, dtype in zip(results, names, strict=True)]
        if name in _WRAPPING:
            results = [x & MASKS[dtype] if dtype in MASKS else x for x, dtype in zip(results, names, strict=True)]
        return results

    def _whole(self, equation: Equation, arguments: list[Value]) -> list[Data]:
        shapes = [template(variable).shape for variable in equation.invars]
        made = [template(variable).shape for variable in equation.outvars]
        every = [size for shape in (*shapes, *made) for size in shape]
        return [self._at_run(self.whole(v, shape), every) for v, shape in zip(arguments, shapes, strict=True)]

    def _formula(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        function = functools.partial(FORMULAS[equation.primitive.name], **equation.params)
        templates = [template(atom) for atom in equation.invars]
        whole = zip(self._whole(equation, arguments), templates, strict=True)
        with jax.enable_x64(self.x64):
            traced = jax.make_jaxpr(function)(*templates)
        return self.run(traced, [Value(data, tuple(expected.shape)) for data, expected in whole])

    def _operation(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        rule = OPERATIONS.get(equation.params["name"])
        if rule is not None:
            supply = iter(self._whole(equation, arguments))
            given = [next(supply) if present else None for present in equation.params["given"]]
            made = rule(self.graph, equation, *given, **dict(equation.params["options"]))
            if made is not None:
                results = made if isinstance(made, list | tuple) else [made]
                shapes = [tuple(template(variable).shape) for variable in equation.outvars]
                return [Value(result, shape) for result, shape in zip(results, shapes, strict=True)]
        return self.run(body(equation, x64=self.x64), arguments)

    def _aligned(self, equation: Equation, x: Value) -> Value:
        """Line the axes up for broadcasting; the repetition is left to the functions that take the result."""
        rank, axes = len(equation.params["shape"]), equation.params["broadcast_dimensions"]
        own = (1,) * (len(axes) - len(x.stored)) + x.stored
        stored: list[Any] = [1] * rank
        for axis, size in zip(axes, own, strict=True):
            stored[axis] = size
        kept = list(axes[len(axes) - len(x.stored) :])
        data, first = x.data, kept[0] if kept else rank
        for axis in range(first, rank):
            if axis not in kept:
                data = data.unsqueeze(axis - first)
        return Value(data, tuple(stored[first:]))

    def _at_run(self, data: Data, sizes: Sequence[Any]) -> Data:
        """Known data stays known unless it meets sizes that are not; a number is known in any case."""
        symbolic = any(map(is_symbolic, sizes)) and isinstance(data, torch.Tensor) and data.ndim > 0
        return self.graph.proxy(data) if symbolic else data

    def _placeholder(self, variable: Any) -> Value:
        return Value(self.graph.placeholder(self.graph.name("missing")), tuple(template(variable).shape))


def broadcast(*shapes: Sequence[Any]) -> tuple[Any, ...]:
    """The shape that shapes broadcast to; a size that is not 1 wins."""
    rank = max(map(len, shapes), default=0)
    result: list[Any] = [1] * rank
    for shape in shapes:
        for axis, size in enumerate(shape, rank - len(shape)):
            if is_symbolic(size) or size != 1:
                result[axis] = size
    return tuple(result)


def key_or_tensor(content: Any) -> torch.Tensor:
    """Make a tensor in its carrier of an array or of random keys, the two halves of which become one number."""
    if jax.numpy.issubdtype(content.dtype, jax.dtypes.prng_key):
        halves = to_tensor(np.asarray(jax.random.key_data(content)))
        return (halves[..., 0] << 32) | halves[..., 1]
    return to_tensor(np.asarray(content))


def _flipped(x: Data, dtype: str) -> Data:
    return x ^ LOWEST if dtype == "uint64" else x
