"""Piecewise-linear embedding of numbers: how far each bin of a column is filled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np

from philtre.errors import SignatureError
from philtre.fields import Array
from philtre.nn.layer import Layer, Mode, Parameters

Edges = tuple[float, ...]
NARROWEST = 0.01
"""Width of the narrowest bin, in deviations of the column."""


def piecewise_linear(edges: Iterable[Sequence[float] | None], *, name: str | None = None) -> "PiecewiseLinear":
    """Turn every column into the shares by which its bins are filled: ``clip((x - low) / (high - low), 0, 1)``.

    Bins below the value give 1, bins above it 0, the one it lies in a share; values beyond the outer edges count as
    the edges. The dense layer that follows is then a piecewise-linear function of each number.

    Args:
        edges: for each column ascending edges, two at least, or None to leave the column as it is; see
            `quantile_edges`.
        name: key of the layer.

    Returns:
        A layer from float[n, columns] to float[n, bins of all columns], the columns in order.

    Raises:
        SignatureError: if the edges of a column do not ascend, are not finite or are fewer than two.

    Example:
        >>> layer = piecewise_linear([(0, 10, 20), None])
        >>> x = np.float32([[15, 7], [-3, 8]])
        >>> layer.apply({}, x, mode="inference", key=None).tolist()
        [[1.0, 0.5, 7.0], [0.0, 0.0, 8.0]]

    Reference: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022.
    """
    columns = tuple(None if column is None else tuple(float(edge) for edge in column) for column in edges)
    return PiecewiseLinear(columns, name=name)


def quantile_edges(x: Array, bins: int) -> tuple[Edges | None, ...]:
    """Choose the edges of each column: quantiles of its values; where they coincide, of its distinct values too.

    No bin is narrower than a hundredth of the column's deviation: it would magnify what rounding makes of a value.

    Args:
        x: float[n, d], finite.
        bins: most bins of a column, give or take one.

    Returns:
        Edges that `piecewise_linear` takes; None for columns of one or two values, which need no bins.

    Example:
        >>> quantile_edges(np.float32([[0, 5], [1, 5], [2, 5], [8, 5]]), bins=8)
        ((0.0, 1.0, 2.0, 8.0), None)
    """
    return tuple(_edges(column, bins) for column in np.asarray(x).T)


def _edges(values: Array, bins: int) -> Edges | None:
    distinct = np.unique(values)
    if len(distinct) <= 2:
        return None
    if len(distinct) > bins + 1:
        frequent = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1), method="nearest"))
        rest = np.quantile(distinct, np.linspace(0, 1, bins + 2 - len(frequent)), method="nearest")
        distinct = np.union1d(frequent, rest)
    return _apart(distinct.tolist(), NARROWEST * float(values.std()))


def _apart(values: list[float], least: float) -> Edges:
    """The first and the last value, and those between that are not nearer to the one before, or to the last."""
    kept = values[:1]
    for value in values[1:-1]:
        if min(value - kept[-1], values[-1] - value) >= least:
            kept.append(value)
    return (*kept, values[-1])


@dataclass(frozen=True)
class PiecewiseLinear(Layer):
    """Description made by `piecewise_linear`; it has no parameters."""

    edges: tuple[Edges | None, ...]

    def __post_init__(self) -> None:
        for i, column in enumerate(self.edges):
            if column is not None and not (
                len(column) > 1 and np.isfinite(column).all() and (np.diff(column) > 0).all()
            ):
                raise SignatureError(
                    f"piecewise_linear, column {i}", expected="two or more finite edges that ascend", got=f"{column}"
                )

    @property
    def kind(self) -> str:
        return "piecewise_linear"

    @property
    def width(self) -> int:
        """Size of the output's last axis."""
        return sum(1 if column is None else len(column) - 1 for column in self.edges)

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        if x.ndim != 2 or x.shape[1] != len(self.edges):
            raise SignatureError(
                "piecewise_linear", expected=f"float[n, {len(self.edges)}]", got=f"{x.dtype}{list(x.shape)}"
            )
        sizes = [1 if column is None else len(column) - 1 for column in self.edges]
        columns = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        low, high = (jnp.asarray(bounds, x.dtype) for bounds in self._bounds())
        free = jnp.asarray(np.repeat([column is None for column in self.edges], sizes))
        spread = jnp.take(x, columns, axis=1)
        one = jnp.ones((), x.dtype)
        return jnp.where(free, spread, jnp.clip((spread - low) / (high - low), one - one, one))

    def _bounds(self) -> tuple[list[float], list[float]]:
        """The lower and the upper edge of each bin; 0 and 1 for a column without bins."""
        bins = [pair for column in self.edges for pair in (((0.0, 1.0),) if column is None else pairwise(column))]
        low, high = zip(*bins, strict=True)
        return list(low), list(high)
