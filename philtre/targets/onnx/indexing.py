"""Reading at computed positions, with JAX's rules for positions out of range."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from philtre.fields import Array
from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.layout import concatenate
from philtre.targets.onnx.table import rule, shape_of
from philtre.targets.onnx.value import Value, is_one
from philtre.trace import Equation, is_symbolic


@rule("gather")
def _gather(g: Graph, equation: Equation, x: Value, indices: Value) -> Value:
    """Read entries or windows along the indexed axes, and all of the others.

    JAX's result has the axes of the indices, but for the last, at `free`, and the array's axes that are kept at
    `offset`. What the operators read has its axes at `target`; kept axes of size 1 come by reshape.
    """
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    paired, indexed = list(numbers.operand_batching_dims), list(numbers.start_index_map)
    shape = shape_of(equation)
    free = [axis for axis in range(len(shape)) if axis not in numbers.offset_dims]
    kept = [a for a in range(len(x.shape)) if a not in (*numbers.collapsed_slice_dims, *paired)]
    offset = dict(zip(kept, numbers.offset_dims, strict=True))
    whole = [axis for axis in kept if axis not in indexed]
    windows = [axis for axis in indexed if not is_one(sizes[axis])]
    places = convert(g, g.full(indices), np.int64)
    safe, inside = _in_range(g, equation, places, [x.shape[axis] - sizes[axis] for axis in indexed])
    if windows and not free and inside is None:
        return g.reshape(_cut(g, x, safe, indexed, sizes), shape)
    if any(is_symbolic(sizes[axis]) for axis in windows):
        raise g.refuse("of windows of a symbolic size")
    safe = _spread(g, safe, indexed, windows, sizes)
    target = [*free, *(offset[axis] for axis in windows)]
    if len(indexed) == 1 and not paired:
        read = _gathered(g, x, safe, indexed[0])
        before = [offset[a] for a in whole if a < indexed[0]]
        target = [*before, *target, *(offset[a] for a in whole if a > indexed[0])]
    else:
        leading = list(numbers.start_indices_batching_dims)
        rows = [*leading, *(a for a in range(len(target)) if a not in leading)]
        data = g.full(g.transpose(x, [*paired, *indexed, *whole]))
        read = _gathered_at(g, data, g.transpose(safe, [*rows, len(target)]), len(paired))
        target = [*(target[row] for row in rows), *(offset[a] for a in whole)]
    result = g.reshape(g.transpose(read, np.argsort(target)), shape)
    if inside is None:
        return result
    ones = [size if axis in free else 1 for axis, size in enumerate(shape)]
    chosen = replace(g.reshape(inside, ones), shape=shape)
    return g.where(chosen, result, g.constant(_filler(equation, x.dtype)))


def _gathered(g: Graph, x: Value, places: Value, axis: int) -> Value:
    places = g.reshape(places, places.shape[:-1])
    shape = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
    return g.node("Gather", [g.full(x), places], shape, x.dtype, axis=axis)


def _gathered_at(g: Graph, data: Value, places: Value, paired: int) -> Value:
    shape = (*places.shape[:-1], *data.shape[paired + places.shape[-1] :])
    return g.node("GatherND", [data, places], shape, data.dtype, batch_dims=paired)


def _in_range(g: Graph, equation: Equation, places: Value, room: list[Any]) -> tuple[Value, Value | None]:
    """Clip positions to 0..room; where JAX fills instead, also tell which were inside."""
    if places.constant is not None and not any(map(is_symbolic, room)):
        known = places.constant
        if ((known >= 0) & (known <= np.array(room))).all():
            return places, None
    safe = g.extreme("Max", g.extreme("Min", places, g.sizes(room)), g.constant(0, np.int64))
    if equation.params["mode"] != GatherScatterMode.FILL_OR_DROP:
        return safe, None
    same = g.compare("Equal", safe, places)
    rows, last = same.shape[:-1], len(same.shape) - 1
    if same.shape[last] == 1:
        return safe, g.reshape(same, rows)
    wrong = g.full(g.cast(g.apply("Not", same), np.int32))
    count = g.node("ReduceSum", [wrong, g.constant(np.array([last]))], rows, np.int32, keepdims=0)
    return safe, g.compare("Equal", count, g.constant(0, np.int32))


def _filler(equation: Equation, dtype: np.dtype[Any]) -> Array:
    """What JAX reads out of range: NaN, true, the smallest signed or the largest unsigned integer."""
    filler = equation.params["fill_value"]
    if filler is None:
        limits = np.iinfo(dtype) if dtype.kind in "iu" else None
        filler = np.nan if limits is None else limits.min if dtype.kind == "i" else limits.max
    return np.asarray(filler, dtype)


def _spread(g: Graph, places: Value, indexed: list[int], windows: list[int], sizes: Sequence[int]) -> Value:
    """Turn the starts of windows into the positions of all their entries, one more axis a window."""
    for axis in windows:
        steps = np.zeros((sizes[axis], len(indexed)), np.int64)
        steps[:, indexed.index(axis)] = np.arange(sizes[axis])
        rows = places.shape[:-1]
        start = g.reshape(places, (*rows, 1, len(indexed)))
        places = replace(g.apply("Add", start, g.constant(steps)), shape=(*rows, sizes[axis], len(indexed)))
    return g.full(places)


@rule("dynamic_slice")
def _dynamic_slice(g: Graph, equation: Equation, x: Value, *starts: Value) -> Value:
    """Cut a window, moved inside the array where it would stick out."""
    sizes = equation.params["slice_sizes"]
    asked = [g.reshape(convert(g, start, np.int64), (1,)) for start in starts]
    begin = concatenate(g, asked, (len(asked),), 0)
    room = g.sizes([have - size for have, size in zip(x.shape, sizes, strict=True)])
    begin = g.extreme("Max", g.extreme("Min", begin, room), g.constant(0, np.int64))
    return _cut(g, x, begin, list(range(len(sizes))), sizes)


def _cut(g: Graph, x: Value, begin: Value, axes: list[int], sizes: Sequence[Any]) -> Value:
    end = g.apply("Add", begin, g.sizes([sizes[axis] for axis in axes]))
    return g.node("Slice", [g.full(x), begin, end, g.sizes(axes)], tuple(sizes), x.dtype)
