"""Impute: put a typical value where one is missing."""

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl

from philtre.data.steps.filling import Filling
from philtre.data.steps.step import NUMERIC, Quantiles, Statistic, Step
from philtre.errors import DataError
from philtre.fields.timestamp import microseconds

Strategy = Literal["median", "mean", "most_frequent", "constant"]
Value = float | bool | str | datetime


def impute(strategy: Strategy = "median", *, value: Value | None = None, indicator: bool = False) -> "Impute":
    """Replace missing values by a typical one.

    Args:
        strategy: "median" or "mean" of numbers and moments; "most_frequent", also of booleans and categories (the
            smallest of several); "constant" for `value`.
        value: the constant: a number, a boolean, a category's name, or a datetime (UTC if it has no offset).
        indicator: add the feature ``<name>_missing``, 1 where the value was missing, if any was in the fit.

    Raises:
        DataError: if the strategy is unknown, or `value` is not what it asks for.

    Example:
        >>> impute("median", indicator=True).code
        'impute("median", indicator=True)'

    Reference: scikit-learn SimpleImputer.
    """
    return Impute(strategy, value=value, indicator=indicator)


@dataclass(frozen=True)
class Impute(Step):
    """Description made by `impute`."""

    strategy: Strategy
    _: KW_ONLY
    value: Value | None = None
    indicator: bool = False

    name = "impute"
    fills = True

    def __post_init__(self) -> None:
        where, known = "recipe step 'impute'", ["median", "mean", "most_frequent", "constant"]
        if self.strategy not in known:
            raise DataError(where, expected=f"a strategy of {known}", got=repr(self.strategy))
        unclear = self.value == "" or (isinstance(self.value, float) and not math.isfinite(self.value))
        if unclear or (self.strategy == "constant") == (self.value is None):
            raise DataError(where, expected="value= with 'constant', and only there", got=f"value={self.value!r}")

    @property
    def kinds(self) -> frozenset[str]:
        if self.strategy in ("median", "mean"):
            return NUMERIC | {"timestamp"}
        of_value = {bool: {"boolean"}, str: {"category"}, datetime: {"timestamp"}, int: NUMERIC, float: NUMERIC}
        return frozenset(of_value.get(type(self.value), {*NUMERIC, "timestamp", "boolean", "category"}))

    @property
    def needs(self) -> tuple[str, ...]:
        return ("import datetime",) if isinstance(self.value, datetime) else ()

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        missing, number = column.null_count(), column.cast(pl.Float64)
        match self.strategy:
            case "median":
                return {"missing": missing, "value": Quantiles(number, (0.5,))}
            case "mean":
                return {"missing": missing, "value": number.mean().fill_null(0.0)}
            case "most_frequent":
                return {"missing": missing, "value": _most_frequent(column)}
        return {"missing": missing}

    def fit(self, statistics: Mapping[str, Any]) -> "Filling":
        value = statistics.get("value", self.value)
        value = value[0] or 0.0 if self.strategy == "median" else value
        value = microseconds(value) if isinstance(value, datetime) else value
        return Filling(value, self.indicator and statistics["missing"] > 0)


def _most_frequent(column: pl.Expr) -> pl.Expr:
    # one list, so that values and counts are of the same evaluation: their order may change between two
    counts = column.drop_nulls().alias("value").value_counts().implode()
    value, count = pl.element().struct.field("value"), pl.element().struct.field("count")
    return counts.list.eval(value.filter(count == count.max()).min()).list.first()
