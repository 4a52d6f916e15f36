"""Rank: the piecewise linear function that rises by the same amount between neighbouring quantiles."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.probit import probability, probit
from philtre.data.steps.step import Emitted, Masked, real

QUARTER = 0.25
"""Numbers are brought down by it, so that differences of float32 stay finite."""


@dataclass(frozen=True)
class Rank:
    """The rank of a number among knots, or the normal number of that rank.

    Attributes:
        knots: quantiles in order, from the smallest value to the largest, equally far apart in rank.
    """

    knots: tuple[float, ...]
    normal: bool

    suffixes = ()
    consumes = False

    @property
    def intervals(self) -> int:
        return len(self.knots) - 1

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column.cast(pl.Float64).map_batches(self._interpolate, return_dtype=pl.Float64, is_elementwise=True)

    def __call__(self, column: Masked) -> Emitted:
        values = real(column.values)
        below = self._passed(values) / self.intervals
        if self.normal:
            below = probit(below, self._passed(values, ahead=True) / self.intervals)
        return Emitted(Masked(below.astype(jnp.float32), column.missing))

    def inverse(self, values: jax.Array) -> jax.Array:
        """The numbers that have these ranks."""
        ranks = probability(values) if self.normal else values
        knots = np.asarray(self.knots) * QUARTER
        start = np.arange(self.intervals, dtype=values.dtype)
        parts = jnp.clip(ranks[:, None] * np.asarray(self.intervals, values.dtype) - start, 0, 1)
        risen = (parts * np.diff(knots).astype(values.dtype)).sum(axis=1)
        return (risen + np.asarray(knots[0], values.dtype)) / np.asarray(QUARTER, values.dtype)

    def _passed(self, values: jax.Array, *, ahead: bool = False) -> jax.Array:
        """How many intervals lie below each number, or ahead of it; one that holds it counts in part."""
        quarter, knots = np.asarray(QUARTER, values.dtype), np.asarray(self.knots, values.dtype)
        low, width, x = knots[:-1], np.diff(knots * quarter), values[:, None]
        steep = width <= np.finfo(values.dtype).tiny
        ramp = jnp.clip((x * quarter - low * quarter) / np.where(steep, 1, width), 0, 1)
        above, reached = (x > low).astype(values.dtype), (x >= low).astype(values.dtype)
        # a jump at the smallest value is made above it, one at the largest at it, another half and half
        share = np.where(low == knots[0], 0, np.where(low == knots[-1], 1, 0.5)).astype(values.dtype)
        parts = jnp.where(steep, above + share * (reached - above), ramp)
        return (1 - parts if ahead else parts).sum(axis=1)

    def _interpolate(self, column: pl.Series) -> pl.Series:
        """The body in float64, as the next step's fit sees it."""
        values, ranks = column.to_numpy(), np.linspace(0, 1, self.intervals + 1)
        forward = np.interp(values, self.knots, ranks)
        backward = -np.interp(-values, -np.asarray(self.knots)[::-1], -ranks[::-1])
        middle = (forward + backward) / 2
        below = np.where(values <= self.knots[0], 0, np.where(values >= self.knots[-1], 1, middle))
        if self.normal:
            with jax.enable_x64(True):
                below = np.asarray(probit(jnp.asarray(below), jnp.asarray(1 - below)))
        return pl.Series(np.where(np.isnan(values), np.nan, below), nan_to_null=True)
