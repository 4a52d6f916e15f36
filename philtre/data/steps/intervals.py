"""Intervals: which of a row of intervals holds a number."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.step import Emitted, Masked, real
from philtre.fields import Array


@dataclass(frozen=True)
class Intervals:
    """The intervals between edges, and beyond the first and the last; each edge belongs to the interval above it.

    Attributes:
        edges: in order.
        consumes: whether each interval has a feature of its own, else its position is the number.
        missing: whether missing ones have a feature, too.
    """

    edges: tuple[float, ...]
    consumes: bool
    missing: bool

    @property
    def suffixes(self) -> tuple[str, ...]:
        ends = ("", *(f"{edge:.6g}" for edge in self.edges), "")
        intervals = [f"={low}..{high}" for low, high in pairwise(ends)]
        return (*intervals, *["_missing"] * self.missing) if self.consumes else ()

    def expression(self, column: pl.Expr) -> pl.Expr:
        number = column.cast(pl.Float64)
        place = pl.sum_horizontal(pl.lit(0.0), *((number >= edge).cast(pl.Float64) for edge in self.edges))
        return pl.when(column.is_not_null()).then(place)

    def __call__(self, column: Masked) -> Emitted:
        values = real(column.values)
        place = (values[:, None] >= self._edges(values.dtype)).astype(jnp.float32).sum(axis=1)
        if not self.consumes:
            return Emitted(Masked(place, column.missing))
        if column.missing is not None:
            place = jnp.where(column.missing, np.float32(len(self.edges) + 1), place)
        codes = np.arange(len(self.edges) + 1 + self.missing, dtype=np.float32)
        return Emitted(column, (place[:, None] == codes).astype(jnp.float32))

    def _edges(self, dtype: np.dtype[Any]) -> Array:
        """The edges in a dtype, rounded up, so that the same numbers are above."""
        nearest = np.asarray(self.edges, dtype)
        return np.where(nearest < np.asarray(self.edges), np.nextafter(nearest, np.asarray(np.inf, dtype)), nearest)
