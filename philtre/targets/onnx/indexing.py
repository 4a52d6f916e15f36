"""Reading at computed positions, with JAX's rule for positions out of range."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph, Value, is_one
from philtre.targets.onnx.table import rule, shape_of
from philtre.trace import Equation


@rule("gather")
def _gather(g: Graph, equation: Equation, x: Value, indices: Value) -> Value:
    """Read single entries or whole axes; windows in between are refused.

    The array's axes are put in the order paired with the indices' (`paired`), indexed, whole; the indices' in the
    order paired, others, position. GatherND then reads [paired, others, whole], which is put in JAX's order.
    """
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    paired, indexed = list(numbers.operand_batching_dims), list(numbers.start_index_map)
    whole = [axis for axis in range(len(x.shape)) if axis not in paired and axis not in indexed]
    if any(not is_one(sizes[axis]) for axis in indexed):
        raise g.refuse("of windows", hint="index single entries or whole axes, or use jax.lax.dynamic_slice")
    limits = [x.shape[axis] for axis in indexed]
    safe, inside = _in_range(g, equation, convert(g, indices, np.int64), limits)
    leading = list(numbers.start_indices_batching_dims)
    others = [axis for axis in range(len(indices.shape) - 1) if axis not in leading]
    position = len(indices.shape) - 1
    data = g.full(g.transpose(x, [*paired, *indexed, *whole]))
    places = g.full(g.transpose(safe, [*leading, *others, position]))
    shape = (*places.shape[:-1], *(x.shape[axis] for axis in whole))
    if len(indexed) == 1 and not paired:
        places = g.reshape(places, places.shape[:-1])
        axis = indexed[0]
        before = (*x.shape[:axis], *places.shape, *x.shape[axis + 1 :])
        read = g.node("Gather", [g.full(x), places], before, x.dtype, axis=axis)
        order = [*range(axis, axis + len(places.shape))]
        read = g.transpose(read, [*order, *(a for a in range(len(before)) if a not in order)])
    else:
        read = g.node("GatherND", [data, places], shape, x.dtype, batch_dims=len(paired))
    return _arranged(g, equation, read, inside, [*leading, *others], [*indexed, *whole])


def _arranged(
    g: Graph, equation: Equation, read: Value, inside: Value | None, rows: list[int], axes: list[int]
) -> Value:
    """Put [rows, whole axes] in JAX's order, with axes of size 1 for the indexed ones it keeps."""
    numbers, shape = equation.params["dimension_numbers"], shape_of(equation)
    kept = sorted(a for a in axes if a not in numbers.collapsed_slice_dims)
    place_of_axis = dict(zip(kept, numbers.offset_dims, strict=True))
    free = [place for place in range(len(shape)) if place not in numbers.offset_dims]
    indexed = set(numbers.start_index_map)
    ones = [place_of_axis[a] for a in axes if a in indexed and a in place_of_axis]
    target = [free[row] for row in rows] + [place_of_axis[a] for a in axes if a not in indexed]
    value = g.transpose(read, np.argsort(np.argsort(target)).argsort())
    del ones
    value = g.reshape(value, shape)
    return value if inside is None else g.where(inside, value, g.constant(_filler(equation, value), value.dtype))
