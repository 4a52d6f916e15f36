"""Writing at computed positions: windows out of range are dropped or moved, equal positions add up."""

from collections.abc import Callable

import numpy as np
from jax.lax import GatherScatterMode

from philtre.fields import Array
from philtre.targets.numpy.indexing import Windows
from philtre.targets.numpy.mapped import mapped
from philtre.targets.numpy.precision import widened
from philtre.targets.numpy.table import rule
from philtre.trace import Equation

Place = tuple[Array, ...]


def _scatter(equation: Equation, x: Array, indices: Array, updates: Array) -> tuple[Array, Place, Array]:
    """A copy of the array, the positions to write to, and what to write there, in order."""
    numbers, result = equation.params["dimension_numbers"], widened(x).copy()
    windowed, dropped = numbers.update_window_dims, (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    sizes = [1] * x.ndim
    for axis, dimension in zip([axis for axis in range(x.ndim) if axis not in dropped], windowed, strict=True):
        sizes[axis] = updates.shape[dimension]
    windows = Windows(
        sizes=tuple(sizes),
        indexed=numbers.scatter_dims_to_operand_dims,
        paired=numbers.operand_batching_dims,
        leading=numbers.scatter_indices_batching_dims,
        dropped=dropped,
    )
    if updates.size == 0 or x.size == 0:
        return result, (np.empty(0, np.int64),) * x.ndim, np.empty(0, result.dtype)
    layout = [axis for axis in range(updates.ndim) if axis not in windowed] + list(windowed)
    values = widened(updates.transpose(layout))
    moved = equation.params["mode"] == GatherScatterMode.CLIP
    positions, counted = windows.positions(x.shape, indices, keep=not moved)
    places = tuple(np.broadcast_to(place, values.shape)[counted].ravel() for place in positions)
    return result, places, values[counted].ravel()


@rule("scatter")
def _set(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    """Write; the last of several values for one position stays. A function, if any, is applied in place instead."""
    result, places, values = _scatter(equation, x, indices, updates)
    body = equation.params["update_jaxpr"]
    if body is not None and len(values):
        old = result[places].astype(x.dtype)
        values = widened(mapped(body, equation.params["update_consts"], [old, values.astype(x.dtype)])[0])
    result[places] = values
    return result.astype(x.dtype)


def _combined(function: Callable[..., None], equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    result, places, values = _scatter(equation, x, indices, updates)
    function(result, places, values)
    return result.astype(x.dtype)


@rule("scatter-add")
def _add(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    return _combined(np.add.at, equation, x, indices, updates)


@rule("scatter-sub")
def _sub(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    return _combined(np.subtract.at, equation, x, indices, updates)


@rule("scatter-mul")
def _mul(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    return _combined(np.multiply.at, equation, x, indices, updates)


@rule("scatter-min")
def _min(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    return _combined(np.minimum.at, equation, x, indices, updates)


@rule("scatter-max")
def _max(equation: Equation, x: Array, indices: Array, updates: Array) -> Array:
    return _combined(np.maximum.at, equation, x, indices, updates)
