"""Reductions along axes, with JAX's NaN."""

from functools import partial

import numpy as np

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph, Value
from philtre.targets.onnx.table import RULES, dtype_of, rule, shape_of
from philtre.trace import Equation


def _reduced(operator: str, g: Graph, equation: Equation, x: Value) -> Value:
    return _reduce(g, operator, x, equation)


def _reduce(g: Graph, operator: str, x: Value, equation: Equation) -> Value:
    axes = equation.params["axes"]
    if not axes:
        return x
    return g.node(
        operator, [g.full(x), g.constant(np.array(axes, np.int64))], shape_of(equation), x.dtype, keepdims=0
    )


RULES |= {
    primitive: partial(_reduced, operator)
    for primitive, operator in {"reduce_sum": "ReduceSum", "reduce_prod": "ReduceProd"}.items()
}


@rule("reduce_max", "reduce_min")
def _reduce_extreme(g: Graph, equation: Equation, x: Value) -> Value:
    """Let NaN win, which onnxruntime's kernels lose."""
    extreme = _reduce(g, "ReduceMax" if equation.primitive.name == "reduce_max" else "ReduceMin", x, equation)
    if x.dtype.kind in "iub":
        return extreme
    return g.where(_any(g, equation, g.apply("IsNaN", x, dtype=np.bool_)), g.number(np.nan, x), extreme)


@rule("reduce_or")
def _reduce_or(g: Graph, equation: Equation, x: Value) -> Value:
    return _any(g, equation, x)


@rule("reduce_and")
def _reduce_and(g: Graph, equation: Equation, x: Value) -> Value:
    return g.apply("Not", _any(g, equation, g.apply("Not", x)))


def _any(g: Graph, equation: Equation, x: Value) -> Value:
    """Count the true ones: right for no entries, too."""
    if x.dtype != np.bool_:
        raise g.refuse("of integers")
    return g.cast(_reduce(g, "ReduceSum", g.cast(x, np.int32), equation), np.bool_)


@rule("argmax", "argmin")
def _arg_extreme(g: Graph, equation: Equation, x: Value) -> Value:
    """The first extreme entry, or the first NaN where there is one."""
    largest = equation.primitive.name == "argmax"
    found = _first(g, equation, "ArgMax" if largest else "ArgMin", x)
    if x.dtype.kind not in "iub":
        lost = g.apply("IsNaN", x, dtype=np.bool_)
        found = g.where(_any(g, equation, lost), _first(g, equation, "ArgMax", g.cast(lost, np.int32)), found)
    return convert(g, found, dtype_of(equation))


def _first(g: Graph, equation: Equation, operator: str, x: Value) -> Value:
    (axis,) = equation.params["axes"]
    return g.node(operator, [g.full(x)], shape_of(equation), np.int64, axis=axis, keepdims=0)


@rule("cumsum")
def _cumsum(g: Graph, equation: Equation, x: Value) -> Value:
    axis, backwards = equation.params["axis"], int(equation.params["reverse"])
    return g.node("CumSum", [g.full(x), g.constant(axis, np.int64)], x.shape, x.dtype, reverse=backwards)
