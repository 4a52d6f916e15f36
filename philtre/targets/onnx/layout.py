"""Primitives that move entries without computing: shapes, slices, joins."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import dtype_of, rule, shape_of
from philtre.targets.onnx.value import Value, is_one
from philtre.trace import Equation, is_symbolic, template

_LARGEST = np.iinfo(np.int64).max


@rule("broadcast_in_dim")
def _broadcast_in_dim(g: Graph, equation: Equation, x: Value, *sizes: Value) -> Value:
    """Line the axes up; the repetition is left to the operators that take the result."""
    shape, axes = shape_of(equation), equation.params["broadcast_dimensions"]
    own = (1,) * (len(x.shape) - len(x.stored)) + x.stored
    stored: list[Any] = [1] * len(shape)
    for axis, size in zip(axes, own, strict=True):
        stored[axis] = size
    while stored and is_one(stored[0]):
        del stored[0]
    packed = replace(x, shape=x.stored)
    return replace(g.reshape(packed, stored) if x.stored else packed, shape=shape)


@rule("reshape", "squeeze", "expand_dims")
def _reshape(g: Graph, equation: Equation, x: Value, *sizes: Value) -> Value:
    if equation.params.get("dimensions") is not None and equation.primitive.name == "reshape":
        x = g.transpose(x, equation.params["dimensions"])
    return g.reshape(x, shape_of(equation))


@rule("transpose")
def _transpose(g: Graph, equation: Equation, x: Value) -> Value:
    return g.transpose(x, equation.params["permutation"])


@rule("concatenate")
def _concatenate(g: Graph, equation: Equation, *parts: Value) -> Value:
    return concatenate(g, parts, shape_of(equation), equation.params["dimension"])


def concatenate(g: Graph, parts: Sequence[Value], shape: tuple[Any, ...], axis: int) -> Value:
    """Join values along an axis."""
    if len(parts) == 1:
        return parts[0]
    return g.node("Concat", [g.full(part) for part in parts], shape, parts[0].dtype, axis=axis)


@rule("stack")
def _stack(g: Graph, equation: Equation, *parts: Value) -> Value:
    shape, axis = shape_of(equation), equation.params["axis"]
    one = (*shape[:axis], 1, *shape[axis + 1 :])
    return concatenate(g, [g.reshape(part, one) for part in parts], shape, axis)


@rule("split")
def _split(g: Graph, equation: Equation, x: Value) -> list[Value]:
    results = [(tuple(template(variable).shape), x.dtype) for variable in equation.outvars]
    sizes, axis = equation.params["sizes"], equation.params["axis"]
    return g.nodes_of("Split", [g.full(x), g.sizes(sizes)], results, axis=axis)


@rule("unstack")
def _unstack(g: Graph, equation: Equation, x: Value) -> list[Value]:
    shapes, axis = [tuple(template(variable).shape) for variable in equation.outvars], equation.params["axis"]
    one = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
    parts = g.nodes_of("Split", [g.full(x), g.sizes([1] * len(shapes))], [(one, x.dtype)] * len(shapes), axis=axis)
    return [g.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)]


@rule("tile")
def _tile(g: Graph, equation: Equation, x: Value) -> Value:
    return g.node("Tile", [g.full(x), g.sizes(equation.params["reps"])], shape_of(equation), x.dtype)


@rule("iota")
def _iota(g: Graph, equation: Equation) -> Value:
    shape, axis = shape_of(equation), equation.params["dimension"]
    line = g.cast(positions(g, shape[axis]), dtype_of(equation))
    return replace(g.reshape(line, [shape[axis]] + [1] * (len(shape) - axis - 1)), shape=shape)


def positions(g: Graph, size: Any) -> Value:
    """Count from 0 to below a size, in int64."""
    if not is_symbolic(size):
        return g.constant(np.arange(size))
    limit = g.reshape(g.size(size), ())
    return g.node("Range", [g.constant(0, np.int64), limit, g.constant(1, np.int64)], (size,), np.int64)


@rule("empty", "empty2")
def _empty(g: Graph, equation: Equation) -> Value:
    """Any content will do."""
    return replace(g.constant(0, dtype_of(equation)), shape=shape_of(equation))


@rule("slice")
def _slice(g: Graph, equation: Equation, x: Value) -> Value:
    parameters = equation.params
    steps = parameters["strides"] or (1,) * len(x.shape)
    shape = shape_of(equation)
    return slice_of(g, x, parameters["start_indices"], parameters["limit_indices"], steps, shape)


def slice_of(
    g: Graph, x: Value, starts: Sequence[Any], stops: Sequence[Any], steps: Sequence[int], shape: tuple[Any, ...]
) -> Value:
    """Cut along the axes that change."""
    cut = [axis for axis, size in enumerate(x.shape) if steps[axis] != 1 or size != shape[axis]]
    if not cut:
        return x
    bounds = [g.sizes([values[axis] for axis in cut]) for values in (starts, stops)]
    axes, strides = (g.constant(np.array(v, np.int64)) for v in (cut, [steps[axis] for axis in cut]))
    return g.node("Slice", [g.full(x), *bounds, axes, strides], shape, x.dtype)


@rule("rev")
def _rev(g: Graph, equation: Equation, x: Value) -> Value:
    axes = equation.params["dimensions"]
    if not axes:
        return x
    bounds = [[-1] * len(axes), [-_LARGEST] * len(axes), axes, [-1] * len(axes)]
    return g.node("Slice", [g.full(x), *(g.constant(np.array(b, np.int64)) for b in bounds)], x.shape, x.dtype)


@rule("pad")
def _pad(g: Graph, equation: Equation, x: Value, filler: Value) -> Value:
    """Pad between entries first, then at the edges. Negative widths cut, in the operator as in JAX."""
    widths = equation.params["padding_config"]
    for axis, (_, _, between) in enumerate(widths):
        if between:
            x = spread(g, x, filler, axis, between)
    return padded(g, x, filler, [low for low, _, _ in widths], [high for _, high, _ in widths], shape_of(equation))


def padded(g: Graph, x: Value, filler: Value, low: Sequence[Any], high: Sequence[Any], shape: tuple[Any, ...]) -> Value:
    """Pad at the edges."""
    edges = [*low, *high]
    if not any(is_symbolic(width) or width for width in edges):
        return x
    return g.node("Pad", [g.full(x), g.sizes(edges), filler], shape, x.dtype)


def spread(g: Graph, x: Value, filler: Value, axis: int, between: int) -> Value:
    """Pad each entry as a row of its own, and cut what follows the last one."""
    size, before, after = x.shape[axis], x.shape[:axis], x.shape[axis + 1 :]
    if bool(size == 0):
        return x
    rows = g.reshape(x, (*before, size, 1, *after))
    shape = (*before, size, 1 + between, *after)
    none = [0] * len(shape)
    wide = padded(g, rows, filler, none, [between * (index == axis + 1) for index in range(len(shape))], shape)
    joined = g.reshape(wide, (*before, size * (1 + between), *after))
    stop = size * (1 + between) - between
    result = (*before, stop, *after)
    return slice_of(g, joined, [0] * len(result), result, [1] * len(result), result)


@rule("dim_as_value")
def _dim_as_value(g: Graph, equation: Equation) -> Value:
    return g.cast(g.reshape(g.size(equation.params["dim"]), ()), dtype_of(equation))
