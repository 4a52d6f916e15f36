"""Clip: hold numbers within limits."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.statistic import Quantiles, Statistic
from philtre.data.steps.step import NUMERIC, Emitted, Masked, Step, real
from philtre.errors import DataError


def clip(
    low: float | None = None, high: float | None = None, *, quantiles: tuple[float, float] | None = None
) -> "Clip":
    """Hold numbers within limits: what lies outside becomes the limit. Missing values stay missing.

    Use it where a few outliers would set the scale of all others, or where values outside a range make no sense.

    Args:
        low: the lower limit; None for none.
        high: the upper limit; None for none.
        quantiles: instead of the limits, the shares of the fit's values below each, such as (0.01, 0.99).

    Raises:
        DataError: if neither limits nor quantiles are given, or both are, or they are not in order.

    Example:
        >>> clip(0, 120).code, clip(quantiles=(0.01, 0.99)).code
        ('clip(0, 120)', 'clip(quantiles=(0.01, 0.99))')

    Reference: numpy.clip; Feature-engine Winsorizer.
    """
    return Clip(low, high, quantiles=quantiles)


@dataclass(frozen=True)
class Clip(Step):
    """Description made by `clip`."""

    low: float | None = None
    high: float | None = None
    _: KW_ONLY
    quantiles: tuple[float, float] | None = None

    name = "clip"
    kinds = NUMERIC

    def __post_init__(self) -> None:
        limits = [limit for limit in (self.low, self.high) if limit is not None]
        if bool(limits) == (self.quantiles is not None):
            raise DataError("recipe step 'clip'", expected="limits or quantiles=, one of both", got=self.code)
        ends = (0.0, *self.quantiles, 1.0) if self.quantiles else limits
        if not np.isfinite(ends).all() or list(ends) != sorted(ends):
            raise DataError(
                "recipe step 'clip'", expected="finite limits or shares, the lower one first", got=self.code
            )

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"limits": Quantiles(column.cast(pl.Float64), self.quantiles)} if self.quantiles else {}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedClip":
        return FittedClip(*statistics.get("limits", (self.low, self.high)))


@dataclass(frozen=True)
class FittedClip:
    """The limits; None for none."""

    low: float | None
    high: float | None

    suffixes = ()
    consumes = False

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column.cast(pl.Float64).clip(self.low, self.high)

    def __call__(self, column: Masked) -> Emitted:
        values = real(column.values)
        low, high = (None if limit is None else np.asarray(limit, values.dtype) for limit in (self.low, self.high))
        return Emitted(Masked(jnp.clip(values, low, high), column.missing))
