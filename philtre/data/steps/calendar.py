"""Calendar: year, month, weekday and other parts of a moment as numbers."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.civil import PARTS, Civil, check_parts
from philtre.data.steps.filling import beside_missing
from philtre.data.steps.step import FEATURES, Emitted, Masked, Step


def calendar(*parts: str, scaled: bool = False, indicator: bool = False) -> "Calendar":
    """Give each part of a moment a feature ``<name>_<part>``, in UTC. A missing moment has 0 in all of them.

    Use it where something happens in certain months, on weekdays or at hours; `cyclical` where the ends should meet.

    Args:
        *parts: of "year", "quarter" (1 to 4), "month" (1 to 12), "day" (of the month), "weekday" (1 is Monday),
            "hour", "minute", "dayofyear" (1 to 366), "week" (of ISO 8601, 1 to 53), "is_weekend" (0 or 1).
        scaled: less their means and divided by their deviations, as by `scale`, for models that need it.
        indicator: add the feature ``<name>_missing``, 1 where the moment was missing, if any was in the fit.

    Raises:
        DataError: if there is no part, or one is unknown or there twice.

    Reference: Polars dt namespace; pandas Series.dt.
    """
    return Calendar(parts, scaled=scaled, indicator=indicator)


@dataclass(frozen=True)
class Calendar(Step):
    """Description made by `calendar`."""

    parts: tuple[str, ...]
    _: KW_ONLY
    scaled: bool = False
    indicator: bool = False

    name = "calendar"
    kinds = frozenset({"timestamp"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        check_parts(self.parts, PARTS, self.name)

    def statistics(self, column: pl.Expr) -> dict[str, pl.Expr]:
        missing = {"missing": column.null_count()}
        if not self.scaled:
            return missing
        numbers = {part: _part(column, part) for part in self.parts}
        means = {f"{part} mean": number.mean() for part, number in numbers.items()}
        return missing | means | {f"{part} width": number.std(ddof=0) for part, number in numbers.items()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedCalendar":
        means = tuple(statistics.get(f"{part} mean") or 0.0 for part in self.parts)
        widths = tuple(statistics.get(f"{part} width") or 1.0 for part in self.parts)
        return FittedCalendar(self.parts, means, widths, self.indicator and statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedCalendar:
    """The parts with what is subtracted from them and what they are divided by."""

    parts: tuple[str, ...]
    means: tuple[float, ...]
    widths: tuple[float, ...]
    indicator: bool

    consumes = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        return (*(f"_{part}" for part in self.parts), *["_missing"] * self.indicator)

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        civil = Civil(column.values)
        numbers = jnp.stack([getattr(civil, part) for part in self.parts], axis=1).astype(jnp.float32)
        scaled = (numbers - np.array(self.means, np.float32)) / np.array(self.widths, np.float32)
        return Emitted(column, beside_missing(scaled, column, self.indicator))


def _part(column: pl.Expr, part: str) -> pl.Expr:
    moment = column.cast(pl.Int64).cast(pl.Datetime("us")).dt
    if part == "is_weekend":
        return moment.weekday() > 5
    number: pl.Expr = getattr(moment, {"dayofyear": "ordinal_day"}.get(part, part))()
    return number.cast(pl.Float64)
