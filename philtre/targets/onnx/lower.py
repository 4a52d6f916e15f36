"""The walk: equations in order, calls inlined, constants folded, each of the rest given to its rule."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from philtre.errors import UnsupportedError
from philtre.ops.primitive import body
from philtre.targets.onnx.control import CONTROL
from philtre.targets.onnx.graph import FOLDED, Graph
from philtre.targets.onnx.random import carried, has_keys, on_words, words_of
from philtre.targets.onnx.table import FORMULAS, OPERATIONS, RULES
from philtre.targets.onnx.value import Value
from philtre.trace import ClosedJaxpr, Equation, Literal, evaluate, inner, is_symbolic, is_users, template


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

    def run(self, jaxpr: ClosedJaxpr, arguments: Sequence[Value]) -> list[Value]:
        """Lower all equations; returns the results, which may be smaller tensors that broadcast."""
        values: dict[Any, Value] = dict(zip(jaxpr.jaxpr.invars, arguments, strict=True))
        for variable, content in zip(jaxpr.jaxpr.constvars, jaxpr.consts, strict=True):
            values[variable] = self.graph.constant(words_of(content))

        def read(atom: Any) -> Value:
            if isinstance(atom, Literal):
                return self.graph.constant(np.asarray(atom.val, template(atom).dtype))
            return values[atom]

        for equation in jaxpr.jaxpr.eqns:
            results = self._equation(equation, [read(atom) for atom in equation.invars])
            for variable, result in zip(equation.outvars, results, strict=True):
                _check(equation, carried(variable), result)
                values[variable] = result
        return [read(atom) for atom in jaxpr.jaxpr.outvars]

    def _equation(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        called = inner(equation)
        if called is not None and is_users(called):
            return self.run(called, arguments)
        with self.graph.lowering(equation):
            if called is not None:
                return self.run(called, arguments)
            try:
                return self._folded(equation, arguments) or self._lowered(equation, arguments)
            except UnsupportedError as error:
                if self.missing is None:
                    raise
                self.missing.append(error.operation)
                return [_placeholder(carried(variable)) for variable in equation.outvars]

    def _lowered(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        """Use the rule; where it leaves the equation to its formula, or there is no rule, lower that."""
        name = equation.primitive.name
        if name == "operation":
            return self._operation(equation, arguments)
        if name in CONTROL:
            return CONTROL[name](self.graph, self._within, equation, *arguments)
        if has_keys(equation):
            return self._traced(on_words(equation), arguments)
        results = RULES[name](self.graph, equation, *arguments) if name in RULES else None
        if results is not None:
            return results if isinstance(results, list) else [results]
        if name not in FORMULAS:
            raise self.graph.refuse()
        return self._traced(functools.partial(FORMULAS[name], **equation.params), arguments)

    def _traced(self, formula: Callable[..., Any], arguments: Sequence[Value]) -> list[Value]:
        templates = [jax.ShapeDtypeStruct(value.shape, value.dtype) for value in arguments]
        with jax.enable_x64(self.x64):
            return self.run(jax.make_jaxpr(formula)(*templates), arguments)

    def _within(self, graph: Graph, jaxpr: ClosedJaxpr, arguments: Sequence[Value]) -> list[Value]:
        return Lowering(graph, x64=self.x64, missing=self.missing).run(jaxpr, arguments)

    def _operation(self, equation: Equation, arguments: list[Value]) -> list[Value]:
        rule = OPERATIONS.get(equation.params["name"])
        if rule is not None:
            supply = iter(arguments)
            given = [next(supply) if present else None for present in equation.params["given"]]
            results = rule(self.graph, *given, **dict(equation.params["options"]))
            if results is not None:
                return results if isinstance(results, list) else [results]
        return self.run(body(equation, x64=self.x64), arguments)

    def _folded(self, equation: Equation, arguments: list[Value]) -> list[Value] | None:
        """Run the equation now if all arguments are known and its results are not much larger."""
        if not arguments or any(value.constant is None for value in arguments) or has_keys(equation):
            return None
        results = [template(variable) for variable in equation.outvars]
        sizes = [size for variable in (*equation.invars, *equation.outvars) for size in template(variable).shape]
        if equation.primitive.name == "broadcast_in_dim" or any(map(is_symbolic, sizes)):
            return None
        known = sum(value.constant.size for value in arguments if value.constant is not None)
        made = sum(math.prod(result.shape) for result in results)
        if made > max(known, FOLDED):
            return None
        arrays = [np.broadcast_to(value.constant, value.shape) for value in arguments]  # type: ignore[arg-type]
        return [self.graph.constant(result) for result in evaluate(equation, arrays, x64=self.x64)]


def _check(equation: Equation, expected: jax.ShapeDtypeStruct, result: Value) -> None:
    if result.shape != expected.shape or result.dtype != expected.dtype:
        raise AssertionError(f"the rule of {equation.primitive.name} made {result}, not {expected}")


def _placeholder(expected: jax.ShapeDtypeStruct) -> Value:
    """A value that no node may take: the result of what cannot be lowered."""
    return Value("", expected.shape, expected.shape, expected.dtype)
