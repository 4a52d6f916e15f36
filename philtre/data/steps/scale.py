"""Scale: bring a number to a common range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.statistic import Moments, Statistic
from philtre.data.steps.step import Emitted, Masked, Step
from philtre.errors import DataError

Method = Literal["standard"]

LIMIT = np.float32(1e6)
"""Scaled values are held within it, so that none overflows what follows; rows of the fit are within sqrt(n)."""
CONSTANT = 1e-30
"""A smaller deviation is that of a constant."""
HUGE = 2.0**64
"""A larger deviation is brought down by it: its float32 reciprocal may be zero, and differences infinite."""


def scale(method: Method = "standard") -> "Scale":
    """Scale numbers: ``(x - mean) / deviation``, as float32. A constant is only shifted.

    The difference is taken exactly for 64-bit integers, before anything is rounded to floats.

    Args:
        method: "standard", by mean and (population) standard deviation.

    Raises:
        DataError: if the method is unknown.

    Reference: scikit-learn StandardScaler.
    """
    return Scale(method)


@dataclass(frozen=True)
class Scale(Step):
    """Description made by `scale`."""

    method: Method

    name = "scale"
    kinds = frozenset({"number", "integer", "timestamp", "derived"})

    def __post_init__(self) -> None:
        if self.method != "standard":
            raise DataError("recipe step 'scale'", expected="the method 'standard'", got=repr(self.method))

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"moment": Moments(column)}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedScale":
        center, remainder, deviation = statistics["moment"]
        return FittedScale(center, remainder, deviation if deviation > CONSTANT else 1.0)


@dataclass(frozen=True)
class FittedScale:
    """The mean, in a whole part and a remainder, and the deviation."""

    center: int
    remainder: float
    deviation: float

    suffixes = ()
    consumes = False

    @property
    def mean(self) -> float:
        return self.center + self.remainder

    def expression(self, column: pl.Expr) -> pl.Expr:
        return (column - self.center).cast(pl.Float64).sub(self.remainder) / self.deviation

    def __call__(self, column: Masked) -> Emitted:
        values = column.values
        deviation = self.deviation
        if jnp.issubdtype(values.dtype, jnp.integer):
            difference = self._exact_difference(values.astype(jnp.int64)) - np.float64(self.remainder)
        elif deviation > HUGE and values.dtype == jnp.float32:
            # the clip changes nothing, but keeps XLA from merging both factors into one that is zero
            shrunk = jnp.clip(values / np.float32(HUGE), -np.float32(HUGE), np.float32(HUGE))
            difference = shrunk - np.float32(self.mean / HUGE)
            deviation /= HUGE
        else:
            difference = values - np.asarray(self.mean, values.dtype)
        scaled = (difference / np.asarray(deviation, difference.dtype)).astype(jnp.float32)
        return Emitted(Masked(jnp.clip(scaled, -LIMIT, LIMIT), column.missing))

    def _exact_difference(self, values: Any) -> Any:
        """Subtract the center in int64; values more than 2**62 away from it are held there, so nothing wraps."""
        low, high = max(self.center - 2**62, -(2**63)), min(self.center + 2**62, 2**63 - 1)
        return (jnp.clip(values, np.int64(low), np.int64(high)) - np.int64(self.center)).astype(jnp.float64)
