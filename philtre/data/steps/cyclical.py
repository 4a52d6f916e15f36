"""Cyclical: a part of a moment as a point on a circle, so that December is beside January."""

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.civil import Civil, check_parts
from philtre.data.steps.filling import beside_missing
from philtre.data.steps.step import FEATURES, Emitted, Masked, Step

PERIODS = {"quarter": 4, "month": 12, "day": 31, "weekday": 7, "hour": 24, "minute": 60, "dayofyear": 366, "week": 53}


def cyclical(*parts: str, indicator: bool = False) -> "Cyclical":
    """Give each part of a moment the features ``<name>_<part>_sin`` and ``<name>_<part>_cos``, in UTC.

    They are the sine and cosine of the part times 2 pi over its period. A missing moment has 0 in both: it is the
    centre of the circle. Use it for models that weigh features, where hour 23 should be as near to 0 as 1 is.

    Args:
        *parts: of "quarter", "month", "day", "weekday", "hour", "minute", "dayofyear", "week"; see `calendar`.
        indicator: add the feature ``<name>_missing``, 1 where the moment was missing, if any was in the fit.

    Raises:
        DataError: if there is no part, or one is unknown, has no cycle or is there twice.

    Example:
        >>> cyclical("hour").code
        'cyclical("hour")'

    Reference: Feature-engine CyclicalFeatures.
    """
    return Cyclical(parts, indicator=indicator)


@dataclass(frozen=True)
class Cyclical(Step):
    """Description made by `cyclical`."""

    parts: tuple[str, ...]
    _: KW_ONLY
    indicator: bool = False

    name = "cyclical"
    kinds = frozenset({"timestamp"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        check_parts(self.parts, tuple(PERIODS), self.name)

    def statistics(self, column: pl.Expr) -> dict[str, pl.Expr]:
        return {"missing": column.null_count()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedCyclical":
        return FittedCyclical(self.parts, self.indicator and statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedCyclical:
    """The parts, and whether a feature tells where the moment was missing."""

    parts: tuple[str, ...]
    indicator: bool

    consumes = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        ends = [f"_{part}_{function}" for part in self.parts for function in ("sin", "cos")]
        return (*ends, *["_missing"] * self.indicator)

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        civil = Civil(column.values)
        turns = [
            getattr(civil, part).astype(jnp.float32) * np.float32(2 * math.pi / PERIODS[part]) for part in self.parts
        ]
        points = jnp.stack([function(turn) for turn in turns for function in (jnp.sin, jnp.cos)], axis=1)
        return Emitted(column, beside_missing(points, column, self.indicator))
