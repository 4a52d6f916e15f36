"""Reading and writing at computed positions: windows that start where indices say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jax.lax import GatherScatterMode

from philtre.fields import Array
from philtre.targets.numpy.precision import highest, is_complex, is_float, lowest
from philtre.targets.numpy.table import rule, shape_of
from philtre.trace import Equation


@dataclass(frozen=True)
class Windows:
    """Windows into an array, one for each vector of indices.

    Args:
        sizes: size of a window along each axis of the array.
        indexed: axes that the entries of an index vector count along.
        paired: axes of the array that go along with axes of the indices.
        leading: these axes of the indices.
        dropped: axes along which a window has one entry, and which the windows' layout leaves out.
    """

    sizes: tuple[int, ...]
    indexed: tuple[int, ...]
    paired: tuple[int, ...]
    leading: tuple[int, ...]
    dropped: tuple[int, ...]

    def positions(self, shape: Sequence[int], indices: Array, *, keep: bool) -> tuple[tuple[Array, ...], Array]:
        """Place every window inside an array.

        Args:
            shape: [axes], sizes of the array.
            indices: int[n..., k], where the windows start along the `indexed` axes.
            keep: whether windows that stick out stay where they are, and so do not count; else they move inside.
        Returns:
            for each axis of the array positions that broadcast to [n..., window...], and bool[n...], which
            windows count.
        """
        rows = indices.shape[:-1]
        if indices.dtype == np.uint64:
            indices = np.minimum(indices, np.uint64(np.iinfo(np.int64).max))
        asked = indices.astype(np.int64)
        room = np.array([shape[axis] - self.sizes[axis] for axis in self.indexed], np.int64)
        inside = np.clip(asked, 0, room)
        counted = np.asarray((asked == inside).all(axis=-1)) if keep else np.ones(rows, bool)
        kept = [axis for axis in range(len(shape)) if axis not in self.dropped]
        return tuple(self._along(axis, inside, kept) for axis in range(len(shape))), counted

    def _along(self, axis: int, starts: Array, kept: list[int]) -> Array:
        """Positions along one axis of the array: where windows start, plus the place inside the window."""
        rows = starts.shape[:-1]
        start: Array = np.zeros([1] * len(rows), np.int64)
        if axis in self.indexed:
            start = starts[..., self.indexed.index(axis)]
        elif axis in self.paired:
            leading = self.leading[self.paired.index(axis)]
            start = np.arange(rows[leading]).reshape([-1 if row == leading else 1 for row in range(len(rows))])
        start = start.reshape((*start.shape, *[1] * len(kept)))
        if axis not in kept:
            return start
        return start + np.arange(self.sizes[axis]).reshape([-1 if other == axis else 1 for other in kept])


@rule("gather")
def _gather(equation: Equation, x: Array, indices: Array) -> Array:
    """Read a window for each vector of indices; outside the array clip, or fill."""
    numbers, params = equation.params["dimension_numbers"], equation.params
    paired = numbers.operand_batching_dims
    windows = Windows(
        sizes=params["slice_sizes"],
        indexed=numbers.start_index_map,
        paired=paired,
        leading=numbers.start_indices_batching_dims,
        dropped=(*numbers.collapsed_slice_dims, *paired),
    )
    shape, rows, offset = shape_of(equation), indices.ndim - 1, numbers.offset_dims
    layout = [axis for axis in range(len(shape)) if axis not in offset] + list(offset)
    if 0 in shape:
        return np.empty(shape, x.dtype)
    fills = params["mode"] == GatherScatterMode.FILL_OR_DROP
    positions, counted = windows.positions(x.shape, indices, keep=fills)
    read = np.broadcast_to(x[positions], [shape[axis] for axis in layout])
    counted = counted.reshape((*counted.shape, *[1] * (read.ndim - rows)))
    if not counted.all():
        read = np.where(counted, read, filler(params["fill_value"], x.dtype))
    return read.transpose(np.argsort(layout))


def filler(value: Any, dtype: np.dtype[Any]) -> Array:
    """What JAX reads out of range: NaN, true, the smallest signed or the largest unsigned integer."""
    if value is None:
        value = lowest(dtype) if dtype.kind == "i" else highest(dtype)
        value = np.nan if is_float(dtype) or is_complex(dtype) else value
    return np.asarray(value, dtype)


@rule("dynamic_slice")
def _dynamic_slice(equation: Equation, x: Array, *starts: Array) -> Array:
    return x[_window(x, starts, equation.params["slice_sizes"])]


@rule("dynamic_update_slice")
def _dynamic_update_slice(equation: Equation, x: Array, update: Array, *starts: Array) -> Array:
    result = x.copy()
    result[_window(x, starts, update.shape)] = update
    return result


def _window(x: Array, starts: Sequence[Array], sizes: Sequence[int]) -> tuple[slice, ...]:
    """A window of some size, moved inside the array where it would stick out."""
    room = [have - size for have, size in zip(x.shape, sizes, strict=True)]
    begin = [min(max(int(start), 0), most) for start, most in zip(starts, room, strict=True)]
    return tuple(slice(low, low + size) for low, size in zip(begin, sizes, strict=True))
