"""Windows that slide over grids of one to three axes: what convolution and pooling share.

A grid is [..., *space, c]: any leading axes, then space, channels last.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
from jax import lax

from philtre.errors import SignatureError
from philtre.trace import is_symbolic

Pairs = tuple[tuple[int, int], ...]


def each(where: str, value: int | Sequence[int], rank: int, *, least: int = 1) -> tuple[int, ...]:
    """Write a number for all axes of space, or one per axis, as a tuple.

    Raises:
        SignatureError: if there are too many or too few, or one is below `least`.
    """
    numbers = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(numbers) != rank or min(numbers, default=least) < least:
        raise SignatureError(where, expected=f"{rank} numbers of at least {least}, or one for all", got=repr(value))
    return numbers


def spread(window: Sequence[int], dilation: Sequence[int]) -> tuple[int, ...]:
    """How far a dilated window reaches along each axis."""
    return tuple((size - 1) * step + 1 for size, step in zip(window, dilation, strict=True))


def explicit(where: str, padding: Any, rank: int) -> Pairs:
    """Write padding given as numbers as (low, high) of each axis.

    Raises:
        SignatureError: if it is neither a number, nor a number or a pair per axis.
    """
    if padding == "valid":
        return ((0, 0),) * rank
    numbers = (padding,) * rank if isinstance(padding, int) else padding
    pairs = [] if isinstance(numbers, str) else [(p, p) if isinstance(p, int) else tuple(p) for p in numbers]
    if len(pairs) != rank or any(len(pair) != 2 or pair[0] < 0 for pair in pairs):
        raise SignatureError(
            where, expected=f'"valid", "same", a number, or a number or (low, high) for each of {rank} axes',
            got=repr(padding),
        )  # fmt: skip
    return tuple((int(low), int(high)) for low, high in pairs)


def resolve_padding(
    where: str, padding: Any, sizes: Sequence[Any], reach: Sequence[int], strides: Sequence[int]
) -> Any:
    """Write padding as (low, high) of each axis; "same" stays where it depends on a symbolic size.

    Raises:
        SignatureError: if it is neither a name, nor a number, nor a number or a pair per axis, or negative.
    """
    if padding != "same":
        pairs = explicit(where, padding, len(sizes))
        if any(high < 0 for _, high in pairs):
            raise SignatureError(where, expected="padding of at least 0", got=repr(padding))
        return pairs
    if any(is_symbolic(size) and stride > 1 for size, stride in zip(sizes, strides, strict=True)):
        return "same"
    return same(sizes, reach, strides)


def same(sizes: Sequence[Any], reach: Sequence[int], strides: Sequence[int]) -> Any:
    """Padding for results of size / stride, rounded up; the odd one is added at the end."""
    totals = [
        far - 1 if stride == 1 else max((-(-size // stride) - 1) * stride + far - size, 0)
        for size, far, stride in zip(sizes, reach, strides, strict=True)
    ]
    return tuple((total // 2, total - total // 2) for total in totals)


@dataclass(frozen=True)
class Windows:
    """Where windows stand on a grid.

    Args:
        window: sizes of the window.
        strides: steps from window to window.
        padding: (low, high) of each axis, or "same" where it depends on a symbolic size.
        dilation: steps inside the window.
    """

    window: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Any
    dilation: tuple[int, ...]

    def pairs(self, sizes: Sequence[Any]) -> Any:
        """The padding of a grid of these sizes."""
        reach = spread(self.window, self.dilation)
        return same(sizes, reach, self.strides) if self.padding == "same" else self.padding

    def results(self, sizes: Sequence[Any]) -> tuple[Any, ...]:
        """How many windows stand along each axis."""
        reach = spread(self.window, self.dilation)
        padded = [size + low + high for size, (low, high) in zip(sizes, self.pairs(sizes), strict=True)]
        return tuple((size - far) // stride + 1 for size, far, stride in zip(padded, reach, self.strides, strict=True))

    def slices(self, x: Any, fill: Any) -> Iterator[Any]:
        """Cut out what each place of the window sees: as many grids as the window has places, row by row.

        Args:
            x: [n, *space, c].
            fill: what padding holds, a scalar of the dtype of `x`.
        """
        sizes = x.shape[1:-1]
        pairs, counts = self.pairs(sizes), self.results(sizes)
        if any(map(any, pairs)):
            x = lax.pad(x, fill, [(0, 0, 0), *((low, high, 0) for low, high in pairs), (0, 0, 0)])
        for place in itertools.product(*map(range, self.window)):
            start = [step * at for step, at in zip(self.dilation, place, strict=True)]
            stop = [s + (count - 1) * step + 1 for s, count, step in zip(start, counts, self.strides, strict=True)]
            yield lax.slice(x, (0, *start, 0), (x.shape[0], *stop, x.shape[-1]), (1, *self.strides, 1))


def derived(plain: Callable[..., Any], by_slices: Callable[..., Any]) -> Callable[..., Any]:
    """Evaluate one function, and differentiate another of the same meaning in its place.

    On CPUs XLA evaluates convolutions and pools well, but for their gradients, and all of it inside loops, slices
    are faster: a result whose derivative is asked for is computed by slices too.
    """
    function = jax.custom_jvp(plain)
    function.defjvp(lambda primals, tangents: jax.jvp(by_slices, primals, tangents))
    return function


def fold(x: Any, rank: int) -> Any:
    """Make one axis of all that lead, for a space of so many axes."""
    return x if x.ndim == rank + 2 else x.reshape(math.prod(x.shape[: -rank - 1]), *x.shape[-rank - 1 :])


def unfold(y: Any, x: Any, rank: int) -> Any:
    """Give the result of a folded grid the leading axes that the grid had."""
    return y if x.ndim == rank + 2 else y.reshape(*x.shape[: -rank - 1], *y.shape[1:])
