"""Affine: a shift and a division that lose nothing, whatever the size of the numbers."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.step import Emitted, Masked

LIMIT = 1e6
"""Scaled values are held within it, so that none overflows what follows; rows of the fit are within sqrt(n)."""
HUGE = 2.0**64
"""A larger width is brought down by it: its float32 reciprocal may be zero, and differences infinite."""


@dataclass(frozen=True)
class Affine:
    """``(x - origin) / width`` as float32. The origin is a whole part and a remainder.

    The difference is taken exactly for 64-bit integers, before anything is rounded to floats.

    Attributes:
        limit: the result is held within minus and plus `limit`.
    """

    whole: int
    remainder: float
    width: float
    limit: float = LIMIT

    suffixes = ()
    consumes = False

    @property
    def origin(self) -> float:
        return self.whole + self.remainder

    def expression(self, column: pl.Expr) -> pl.Expr:
        return (column - self.whole).cast(pl.Float64).sub(self.remainder) / self.width

    def __call__(self, column: Masked) -> Emitted:
        values, width = column.values, self.width
        if jnp.issubdtype(values.dtype, jnp.integer):
            difference = self._exact_difference(values.astype(jnp.int64)) - np.float64(self.remainder)
        elif width > HUGE and values.dtype == jnp.float32:
            # the clip changes nothing, but keeps XLA from merging both factors into one that is zero
            shrunk = jnp.clip(values / np.float32(HUGE), -np.float32(HUGE), np.float32(HUGE))
            difference = shrunk - np.float32(self.origin / HUGE)
            width /= HUGE
        else:
            difference = values - np.asarray(self.origin, values.dtype)
        scaled = (difference / np.asarray(width, difference.dtype)).astype(jnp.float32)
        return Emitted(Masked(jnp.clip(scaled, -np.float32(self.limit), np.float32(self.limit)), column.missing))

    def inverse(self, values: jax.Array) -> jax.Array:
        """The numbers that scaled ones stand for, in the dtype of those."""
        return values * np.asarray(self.width, values.dtype) + np.asarray(self.origin, values.dtype)

    def _exact_difference(self, values: Any) -> Any:
        """Subtract the whole part in int64; values more than 2**62 away from it are held there, so nothing wraps."""
        low, high = max(self.whole - 2**62, -(2**63)), min(self.whole + 2**62, 2**63 - 1)
        return (jnp.clip(values, np.int64(low), np.int64(high)) - np.int64(self.whole)).astype(jnp.float64)
