"""Reductions along axes, with JAX's NaN."""

import math
from dataclasses import replace

import numpy as np

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import dtype_of, rule, shape_of
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


def _reduce(g: Graph, operator: str, x: Value, equation: Equation) -> Value:
    axes = equation.params["axes"]
    if not axes:
        return x
    axes = g.constant(np.array(axes, np.int64))
    return g.node(operator, [g.full(x), axes], shape_of(equation), x.dtype, keepdims=0)


@rule("reduce_sum")
def _reduce_sum(g: Graph, equation: Equation, x: Value) -> Value:
    """Sum integers as a product with ones, which is exact and wraps; ONNX Runtime sums them as floats."""
    axes = equation.params["axes"]
    if x.dtype.kind not in "iu" or not axes:
        return _reduce(g, "ReduceSum", x, equation)
    kept = [axis for axis in range(len(x.shape)) if axis not in axes]
    shape = tuple(x.shape[axis] for axis in kept)
    count = math.prod(x.shape[axis] for axis in axes)
    rows = g.reshape(g.full(g.transpose(x, [*kept, *axes])), (math.prod(shape), count))
    ones = replace(g.number(1, x), shape=(count, 1))
    total = g.node("MatMul", [rows, g.full(ones)], (rows.shape[0], 1), x.dtype)
    return g.reshape(total, shape)


@rule("reduce_prod")
def _reduce_prod(g: Graph, equation: Equation, x: Value) -> Value:
    return _reduce(g, "ReduceProd", x, equation)


@rule("reduce_max", "reduce_min")
def _reduce_extreme(g: Graph, equation: Equation, x: Value) -> Value:
    """Let NaN win, which onnxruntime's kernels lose."""
    suffix = equation.primitive.name.removeprefix("reduce_").capitalize()
    if not g.offers(f"Reduce{suffix}", x.dtype):
        return _searched(g, f"Arg{suffix}", x, equation)
    extreme = _reduce(g, f"Reduce{suffix}", x, equation)
    if x.dtype.kind in "iub":
        return extreme
    return g.where(_any(g, equation, g.apply("IsNaN", x, dtype=np.bool_)), g.number(np.nan, x), extreme)


def _searched(g: Graph, operator: str, x: Value, equation: Equation) -> Value:
    """Read the extreme entry at its position, for dtypes whose kernel is missing or wrong."""
    x = g.full(x)
    for axis in equation.params["axes"]:
        shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
        place = g.node(operator, [x], shape, np.int64, axis=axis, keepdims=1)
        x = g.node("GatherElements", [x, place], shape, x.dtype, axis=axis)
    return g.reshape(x, shape_of(equation))


@rule("reduce_or")
def _reduce_or(g: Graph, equation: Equation, x: Value) -> Value:
    return _any(g, equation, x)


@rule("reduce_and")
def _reduce_and(g: Graph, equation: Equation, x: Value) -> Value:
    return g.apply("Not", _any(g, equation, g.apply("Not", x)))


def _any(g: Graph, equation: Equation, x: Value) -> Value:
    """Count the true ones, which is right for no entries, too."""
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
