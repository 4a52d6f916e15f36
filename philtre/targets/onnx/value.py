"""A value of the program and the tensor that stands for it, which may be smaller and broadcast."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.trace import is_symbolic

Size = Any
Shape = tuple[Size, ...]


@dataclass(frozen=True, eq=False)
class Value:
    """One value of the program, and the tensor that stands for it.

    Args:
        name: the tensor's name in the graph.
        shape: the value's shape in the trace.
        stored: the tensor's own shape; it broadcasts to `shape`, with 1 or no axis where all entries are equal.
        dtype: dtype of both.
        constant: the tensor's content, where known.
    """

    name: str
    shape: Shape
    stored: Shape
    dtype: np.dtype[Any]
    constant: Array | None = None


def broadcast(shapes: Iterable[Shape]) -> Shape:
    """Broadcast shapes as NumPy does, symbols included."""
    result: list[Size] = []
    for shape in shapes:
        result = [1] * (len(shape) - len(result)) + result
        offset = len(result) - len(shape)
        for axis, size in enumerate(shape):
            if not is_one(size):
                result[offset + axis] = size
    return tuple(result)


def is_one(size: Size) -> bool:
    """Whether an axis surely has one entry, so that a tensor may be broadcast along it."""
    return not is_symbolic(size) and bool(size == 1)


def moved(value: Value, shape: Shape) -> Shape | None:
    """The stored shape after a reshape that only moves axes of size 1; None for any other reshape."""
    if [size for size in value.shape if not is_one(size)] != [size for size in shape if not is_one(size)]:
        return None
    own = (1,) * (len(value.shape) - len(value.stored)) + value.stored
    kept = iter([have for have, want in zip(own, value.shape, strict=True) if not is_one(want)])
    return tuple(1 if is_one(size) else next(kept) for size in shape)


def plain(stored: Shape, shape: Shape) -> list[Size] | None:
    """The sizes of a reshape that needs no arithmetic on symbols: 0 copies a size, -1 is what is left."""
    symbolic = [axis for axis, size in enumerate(shape) if is_symbolic(size)]
    if 0 in shape:
        return None
    if symbolic and shape[: symbolic[-1] + 1] == stored[: symbolic[-1] + 1]:
        return [0 if is_symbolic(size) else size for size in shape]
    return [-1 if is_symbolic(size) else size for size in shape] if len(symbolic) < 2 else None
