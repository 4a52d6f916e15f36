"""Reading at computed positions, with JAX's rules for positions out of range."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class _Form:
    """What the axes of a gather are for.

    Args:
        paired: axes of the array that go along with `leading` axes of the indices.
        indexed: axes that the indices' last axis counts along; entries or windows are read there.
        windows: those of them with more than one entry.
        whole: axes read whole.
        free: axes of the result that come from the indices.
        offset: axis of the result for each axis of the array that it keeps.
    """

    paired: list[int]
    leading: list[int]
    indexed: list[int]
    windows: list[int]
    whole: list[int]
    free: list[int]
    offset: dict[int, int]


def _form(equation: Equation, x: Value) -> _Form:
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    dropped = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    kept = [axis for axis in range(len(x.shape)) if axis not in dropped]
    indexed = list(numbers.start_index_map)
    return _Form(
        paired=list(numbers.operand_batching_dims),
        leading=list(numbers.start_indices_batching_dims),
        indexed=indexed,
        windows=[axis for axis in indexed if not is_one(sizes[axis])],
        whole=[axis for axis in kept if axis not in indexed],
        free=[axis for axis in range(len(shape_of(equation))) if axis not in numbers.offset_dims],
        offset=dict(zip(kept, numbers.offset_dims, strict=True)),
    )


@rule("gather")
def _gather(g: Graph, equation: Equation, x: Value, indices: Value) -> Value:
    """Read entries or windows along the indexed axes; kept axes of size 1 come by reshape."""
    form, sizes, shape = _form(equation, x), equation.params["slice_sizes"], shape_of(equation)
    places = convert(g, g.full(indices), np.int64)
    fills = equation.params["mode"] == GatherScatterMode.FILL_OR_DROP
    safe, inside = in_range(g, places, [x.shape[axis] - sizes[axis] for axis in form.indexed], told=fills)
    if form.windows and not form.free and inside is None:
        return g.reshape(_cut(g, x, safe, form.indexed, sizes), shape)
    if any(is_symbolic(sizes[axis]) for axis in form.windows):
        raise g.refuse("of windows of a symbolic size")
    safe = _spread(g, safe, form, sizes)
    read, target = (_along_one if len(form.indexed) == 1 and not form.paired else _along_many)(g, x, safe, form)
    result = g.reshape(g.transpose(read, np.argsort(target)), shape)
    if inside is None:
        return result
    ones = [size if axis in form.free else 1 for axis, size in enumerate(shape)]
    chosen = replace(g.reshape(inside, ones), shape=shape)
    given = equation.params["fill_value"]
    return g.where(chosen, result, g.constant(filler(x.dtype) if given is None else np.asarray(given, x.dtype)))


def _along_one(g: Graph, x: Value, places: Value, form: _Form) -> tuple[Value, list[int]]:
    """Read along one axis; also give the axis of the result for each axis read."""
    (axis,) = form.indexed
    places = g.reshape(places, places.shape[:-1])
    shape = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
    read = g.node("Gather", [g.full(x), places], shape, x.dtype, axis=axis)
    before = [form.offset[a] for a in form.whole if a < axis]
    after = [form.offset[a] for a in form.whole if a > axis]
    return read, [*before, *form.free, *(form.offset[a] for a in form.windows), *after]


def _along_many(g: Graph, x: Value, places: Value, form: _Form) -> tuple[Value, list[int]]:
    """Read along several axes, or along each row's own; also give the axis of the result for each axis read."""
    count = len(places.shape) - 1
    rows = [*form.leading, *(axis for axis in range(count) if axis not in form.leading)]
    data = g.full(g.transpose(x, [*form.paired, *form.indexed, *form.whole]))
    places = g.transpose(places, [*rows, count])
    shape = (*places.shape[:-1], *(x.shape[axis] for axis in form.whole))
    read = g.node("GatherND", [data, places], shape, x.dtype, batch_dims=len(form.paired))
    target = [*form.free, *(form.offset[axis] for axis in form.windows)]
    return read, [*(target[row] for row in rows), *(form.offset[axis] for axis in form.whole)]


def in_range(g: Graph, places: Value, room: list[Any], *, told: bool) -> tuple[Value, Value | None]:
    """Clip positions to 0..room; if `told`, also say which were inside, or None if that is sure."""
    if places.constant is not None and not any(map(is_symbolic, room)):
        known = places.constant
        if ((known >= 0) & (known <= np.array(room))).all():
            return places, None
    safe = g.extreme("Max", g.extreme("Min", places, g.sizes(room)), g.constant(0, np.int64))
    if not told:
        return safe, None
    same = g.compare("Equal", safe, places)
    rows, last = same.shape[:-1], len(same.shape) - 1
    if same.shape[last] == 1:
        return safe, g.reshape(same, rows)
    wrong = g.full(g.cast(g.apply("Not", same), np.int32))
    count = g.node("ReduceSum", [wrong, g.constant(np.array([last]))], rows, np.int32, keepdims=0)
    return safe, g.compare("Equal", count, g.constant(0, np.int32))


def filler(dtype: np.dtype[Any]) -> Array:
    """What JAX reads out of range: NaN, true, the smallest signed or the largest unsigned integer."""
    limits = np.iinfo(dtype) if dtype.kind in "iu" else None
    return np.asarray(np.nan if limits is None else limits.min if dtype.kind == "i" else limits.max, dtype)


def _spread(g: Graph, places: Value, form: _Form, sizes: Sequence[int]) -> Value:
    """Turn the starts of windows into the positions of all their entries, one more axis a window."""
    count = len(form.indexed)
    for axis in form.windows:
        steps = np.zeros((sizes[axis], count), np.int64)
        steps[:, form.indexed.index(axis)] = np.arange(sizes[axis])
        start = g.reshape(places, (*places.shape[:-1], 1, count))
        places = g.apply("Add", start, g.constant(steps))
    return g.full(places)


@rule("dynamic_slice")
def _dynamic_slice(g: Graph, equation: Equation, x: Value, *starts: Value) -> Value:
    """Cut a window, moved inside the array where it would stick out."""
    sizes = equation.params["slice_sizes"]
    return _cut(g, x, starts_in_range(g, x, sizes, starts), list(range(len(sizes))), sizes)


def starts_in_range(g: Graph, x: Value, sizes: Sequence[Any], starts: Sequence[Value]) -> Value:
    """Join the starts of a window along each axis to a vector, moved so that the window lies inside."""
    asked = [g.reshape(convert(g, start, np.int64), (1,)) for start in starts]
    if all(start.constant is not None for start in asked):
        begin = g.constant(np.concatenate([start.constant.reshape(1) for start in asked]))  # type: ignore[union-attr]
    else:
        begin = concatenate(g, asked, (len(asked),), 0)
    room = [have - size for have, size in zip(x.shape, sizes, strict=True)]
    if begin.constant is not None and not any(map(is_symbolic, room)):
        return g.constant(np.clip(begin.constant, 0, np.array(room, np.int64)))
    return g.extreme("Max", g.extreme("Min", begin, g.sizes(room)), g.constant(0, np.int64))


def _cut(g: Graph, x: Value, begin: Value, axes: list[int], sizes: Sequence[Any]) -> Value:
    end = g.apply("Add", begin, g.sizes([sizes[axis] for axis in axes]))
    return g.node("Slice", [g.full(x), begin, end, g.sizes(axes)], tuple(sizes), x.dtype)
