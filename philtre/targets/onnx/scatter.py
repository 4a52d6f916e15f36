"""Writing at computed positions, with JAX's rules for positions out of range and for entries written twice.

The array is seen as rows: one for each position that can be written, as long as what is written whole. They are
written by ScatterElements, which onnxruntime runs in order; its ScatterND loses updates of the same row.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.indexing import in_range, starts_in_range
from philtre.targets.onnx.layout import concatenate, positions
from philtre.targets.onnx.order import as_signed
from philtre.targets.onnx.table import rule
from philtre.targets.onnx.value import Value, is_one
from philtre.trace import Equation, is_symbolic


@dataclass(frozen=True)
class _Form:
    """What the axes of a scatter are for.

    Args:
        paired: axes of the array that go along with axes of the indices: (axis, axis of the updates).
        indexed: axes that the indices' last axis counts along.
        windows: axes written in part by each update, from the indexed position or from 0 on.
        whole: axes written whole.
        free: axes of the updates that come from the indices.
        window: axis of the updates for each axis of the array that an update extends along.
    """

    paired: list[tuple[int, int]]
    indexed: list[int]
    windows: list[int]
    whole: list[int]
    free: list[int]
    window: dict[int, int]

    @property
    def rows(self) -> list[int]:
        """Axes that rows are counted along."""
        return [axis for axis, _ in self.paired] + sorted({*self.indexed, *self.windows})


def _form(numbers: Any, x: Sequence[Any], updates: Sequence[Any]) -> _Form:
    dropped = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    kept = [axis for axis in range(len(x)) if axis not in dropped]
    window = dict(zip(kept, numbers.update_window_dims, strict=True))
    indexed = list(numbers.scatter_dims_to_operand_dims)
    whole = [axis for axis in kept if axis not in indexed and bool(updates[window[axis]] == x[axis])]
    free = [axis for axis in range(len(updates)) if axis not in numbers.update_window_dims]
    leading = [free[axis] for axis in numbers.scatter_indices_batching_dims]
    return _Form(
        paired=list(zip(numbers.operand_batching_dims, leading, strict=True)),
        indexed=indexed,
        windows=[axis for axis in kept if axis not in whole],
        whole=whole,
        free=free,
        window=window,
    )


@rule("scatter", "scatter-add", "scatter-sub", "scatter-mul", "scatter-max", "scatter-min")
def _scatter(g: Graph, equation: Equation, x: Value, indices: Value, updates: Value) -> Value | None:
    """Write rows; what JAX drops goes to one more row, which is cut off."""
    form = _form(equation.params["dimension_numbers"], x.shape, updates.shape)
    if equation.primitive.name == "scatter" and _applies(equation):
        return None
    room = [x.shape[a] - (updates.shape[form.window[a]] if a in form.window else 1) for a in form.indexed]
    drops = equation.params["mode"] != GatherScatterMode.CLIP
    places, inside = in_range(g, convert(g, g.full(indices), np.int64), room, told=drops)
    if inside is None and equation.primitive.name == "scatter" and all(is_one(updates.shape[a]) for a in form.free):
        return _one_window(g, form, x, places, updates)
    rows, inside = _rows(g, form, x, updates, places, inside)
    count, width = (math.prod(x.shape[axis] for axis in axes) for axes in (form.rows, form.whole))
    data = g.full(g.reshape(g.transpose(x, [*form.rows, *form.whole]), (count, width)))
    if inside is not None:
        rows = g.where(inside, rows, g.reshape(g.size(count), ()))
        blank = replace(g.number(0, x), shape=(1, width))
        data = g.node("Concat", [data, g.full(blank)], (count + 1, width), x.dtype, axis=0)
    axes = [*form.free, *(form.window[axis] for axis in (*form.windows, *form.whole))]
    total = math.prod(rows.shape)
    changes = g.full(g.reshape(g.transpose(updates, axes), (total, width)))
    places = g.full(replace(g.reshape(rows, (total, 1)), shape=(total, width)))
    result = _write(g, equation.primitive.name, data, places, changes)
    if inside is not None:
        cut = [result, g.constant([0]), g.size(count), g.constant([0])]
        result = g.node("Slice", cut, (count, width), x.dtype)
    result = g.reshape(result, tuple(x.shape[axis] for axis in (*form.rows, *form.whole)))
    return g.transpose(result, np.argsort([*form.rows, *form.whole]))


def _applies(equation: Equation) -> bool:
    """Whether the update is a function of the old entry, not the new entry itself."""
    update = equation.params["update_jaxpr"]
    return update is not None and update.outvars[0] is not update.invars[1]


def _one_window(g: Graph, form: _Form, x: Value, places: Value, updates: Value) -> Value:
    axes = [form.window[axis] for axis in sorted(form.window)]
    shape = [updates.shape[form.window[axis]] if axis in form.window else 1 for axis in range(len(x.shape))]
    update = g.reshape(g.transpose(updates, [*form.free, *axes]), shape)
    return _overwrite(g, x, update, g.reshape(places, (len(form.indexed),)), form.indexed)


def _rows(
    g: Graph, form: _Form, x: Value, updates: Value, places: Value, inside: Value | None
) -> tuple[Value, Value | None]:
    """The row for each row of the updates; also which are inside, where that is not sure."""
    strides: dict[int, Any] = {}
    stride = 1
    for axis in reversed(form.rows):
        strides[axis], stride = stride, stride * x.shape[axis]
    free = [updates.shape[axis] for axis in form.free]
    shape = (*free, *(updates.shape[form.window[axis]] for axis in form.windows))
    counts = (math.prod(free), len(form.indexed))
    steps = g.reshape(g.sizes([strides[axis] for axis in form.indexed]), (counts[1], 1))
    start = g.node("MatMul", [g.full(g.reshape(places, counts)), steps], (counts[0], 1), np.int64)
    rows = g.reshape(start, [*free, *(1 for _ in form.windows)])
    lines = [(axis, len(free) + index) for index, axis in enumerate(form.windows)]
    lines += [(axis, form.free.index(other)) for axis, other in form.paired]
    for axis, along in lines:
        line = g.apply("Mul", positions(g, shape[along]), g.reshape(g.size(strides[axis]), ()))
        ones = [1] * (len(shape) - along - 1)
        rows = g.apply("Add", rows, g.reshape(line, [shape[along], *ones]))
    if inside is not None:
        inside = replace(g.reshape(inside, [*free, *(1 for _ in form.windows)]), shape=shape)
    return g.full(replace(rows, shape=shape)), inside


def _write(g: Graph, name: str, data: Value, places: Value, changes: Value) -> Value:
    if name in ("scatter-max", "scatter-min"):
        return _write_extreme(g, name.removeprefix("scatter-"), data, places, changes)
    if name == "scatter-sub":
        name, changes = "scatter-add", g.apply("Neg", changes)
    reduction = "none" if name == "scatter" else name.removeprefix("scatter-")
    return _elements(g, reduction, data, places, changes)


def _elements(g: Graph, reduction: str, data: Value, places: Value, changes: Value) -> Value:
    inputs = [g.full(data), places, g.full(changes)]
    return g.node("ScatterElements", inputs, data.shape, data.dtype, axis=0, reduction=reduction)


def _write_extreme(g: Graph, reduction: str, data: Value, places: Value, changes: Value) -> Value:
    """Let NaN win, which onnxruntime's kernels lose."""
    if data.dtype == np.uint64:
        result = _elements(g, reduction, as_signed(g, data), places, as_signed(g, changes))
        return as_signed(g, result, back=True)
    if data.dtype.kind in "iub":
        wide = np.int64 if data.dtype == np.uint32 else data.dtype
        result = _elements(g, reduction, g.cast(data, wide), places, g.cast(changes, wide))
        return g.cast(result, data.dtype)
    lost = [g.cast(g.apply("IsNaN", value, dtype=np.bool_), np.int32) for value in (data, changes)]
    safe = [g.where(g.apply("IsNaN", value, dtype=np.bool_), g.number(0, value), value) for value in (data, changes)]
    lose = g.cast(_elements(g, "max", lost[0], places, lost[1]), np.bool_)
    return g.where(lose, g.number(np.nan, data), _elements(g, reduction, safe[0], places, safe[1]))


@rule("dynamic_update_slice")
def _dynamic_update_slice(g: Graph, equation: Equation, x: Value, update: Value, *starts: Value) -> Value:
    """Write a window, moved inside the array where it would stick out."""
    return _overwrite(g, x, update, starts_in_range(g, x, update.shape, starts), list(range(len(x.shape))))


def _overwrite(g: Graph, x: Value, update: Value, begin: Value, axes: list[int]) -> Value:
    """Join what lies before, the window, and what lies behind, along each axis that the window does not fill."""
    open_axes = [axis for axis in range(len(x.shape)) if not bool(update.shape[axis] == x.shape[axis])]
    if not open_axes:
        return update
    axis = open_axes[0]
    size, whole = update.shape[axis], x.shape[axis]
    start = _entry(g, begin, axes.index(axis)) if axis in axes else g.constant([0])
    known = start.constant is not None and not is_symbolic(size)
    end = g.constant(start.constant + size) if known else g.apply("Add", start, g.size(size))
    inner = (*x.shape[:axis], size, *x.shape[axis + 1 :])
    middle = update
    if len(open_axes) > 1:
        middle = g.node("Slice", [g.full(x), start, end, g.constant([axis])], inner, x.dtype)
        middle = _overwrite(g, middle, update, begin, axes)
    before, after = (
        g.node(
            "Slice", [g.full(x), *bounds, g.constant([axis])], (*x.shape[:axis], whole, *x.shape[axis + 1 :]), x.dtype
        )
        for bounds in ([g.constant([0]), start], [end, g.size(whole)])
    )
    return concatenate(g, [before, middle, after], x.shape, axis)


def _entry(g: Graph, vector: Value, index: int) -> Value:
    if vector.constant is not None:
        return g.constant(vector.constant[index : index + 1])
    return g.node("Slice", [vector, *(g.constant([i]) for i in (index, index + 1, 0))], (1,), np.int64)
