"""What the axes of a gather or a scatter are for, and the tensors that index them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data
from philtre.trace import is_symbolic


@dataclass(frozen=True)
class Form:
    """The roles of axes, those of a gather's result and of a scatter's updates being the same.

    Args:
        shape: sizes of the array that is read or written.
        sizes: sizes of the windows, one per axis of the array.
        paired: axes of the array that go along with `leading` axes of the indices.
        indexed: axes where the indices, along their last axis, say the start of a window.
        offset: axis of the windows' array for each axis of the array that it keeps.
        count: axes of the indices but the last.
    """

    shape: tuple[Any, ...]
    sizes: tuple[Any, ...]
    paired: tuple[int, ...]
    leading: tuple[int, ...]
    indexed: tuple[int, ...]
    offset: dict[int, int]
    count: int

    @property
    def free(self) -> list[int]:
        """Axes of the windows' array that come from the indices."""
        return [axis for axis in range(self.count + len(self.offset)) if axis not in self.offset.values()]

    @property
    def windows(self) -> list[int]:
        """Axes of the array where more than one entry, but not all, are read."""
        return [axis for axis in self.offset if not self._is_one(axis) and axis not in self.whole]

    @property
    def whole(self) -> list[int]:
        """Axes of the array that are read whole."""
        return [axis for axis in self.offset if axis not in self.indexed and self.sizes[axis] == self.shape[axis]]

    @property
    def single(self) -> list[int]:
        """Axes of the windows' array that have one entry, at an indexed place."""
        return [self.offset[axis] for axis in self.offset if self._is_one(axis) and axis not in self.whole]

    @property
    def placed(self) -> list[int]:
        """Axes of the array that are found by index tensors, in their order."""
        others = [axis for axis in self.windows if axis not in self.indexed]
        ones = [a for a in self.offset if self._is_one(a) and a not in self.whole and a not in self.indexed]
        return [*self.paired, *self.indexed, *others, *ones]

    @property
    def target(self) -> list[int]:
        """The axis of the windows' array for each axis that index tensors and whole axes make."""
        return [*self.free, *(self.offset[axis] for axis in (*self.windows, *self.whole))]

    def _is_one(self, axis: int) -> bool:
        return not is_symbolic(self.sizes[axis]) and self.sizes[axis] == 1


def kept_axes(rank: int, dropped: Sequence[int]) -> list[int]:
    """Axes that are not dropped."""
    return [axis for axis in range(rank) if axis not in dropped]


def starts(g: Graph, form: Form, indices: Data, *, dropping: bool) -> tuple[list[Data], Data | None]:
    """Clip the starts of windows into the array; where that is not the end of it, also tell which were inside."""
    places = [indices[..., index].to(torch.int64) for index in range(len(form.indexed))]
    room = [g.size(form.shape[axis] - form.sizes[axis]) for axis in form.indexed]
    safe = [torch.clamp(place, 0, most) for place, most in zip(places, room, strict=True)]
    if not dropping or not safe:
        return safe, None
    inside = None
    for place, clipped in zip(places, safe, strict=True):
        same = place == clipped
        inside = same if inside is None else inside & same
    known = isinstance(inside, torch.Tensor) and bool(inside.all())
    return safe, None if known else inside


def positions(g: Graph, form: Form, safe: Sequence[Data]) -> list[Data]:
    """The index tensors, for the axes that are `placed`, which broadcast to the free axes and the windows."""
    rank = form.count + len(form.windows)
    found = []
    for axis in form.placed:
        if axis in form.paired:
            own = form.leading[form.paired.index(axis)]
            found.append(_along(g.iota(form.shape[axis]), own, rank))
            continue
        place = _trailing(safe[form.indexed.index(axis)], len(form.windows)) if axis in form.indexed else None
        if axis in form.windows:
            steps = _along(g.iota(form.sizes[axis]), form.count + form.windows.index(axis), rank)
            place = steps if place is None else place + steps
        found.append(g.constant(np.zeros([1] * rank), np.int64) if place is None else place)
    return found


def _along(line: Data, axis: int, rank: int) -> Data:
    return line[tuple(slice(None) if other == axis else None for other in range(rank))]


def _trailing(place: Data, count: int) -> Data:
    return place[(..., *[None] * count)] if count else place
