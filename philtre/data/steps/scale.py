"""Scale: bring a number to a common range."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from philtre.data.steps.affine import Affine
from philtre.data.steps.statistic import Moments, Quantiles, Statistic
from philtre.data.steps.step import NUMERIC, Step
from philtre.errors import DataError

Method = Literal["standard", "min_max", "robust", "max_abs"]

CONSTANT = 1e-30
"""A smaller width is that of a constant."""


def scale(method: Method = "standard") -> "Scale":
    """Scale numbers: ``(x - origin) / width``, as float32. A constant is only shifted.

    The difference is taken exactly for 64-bit integers. Results are held within minus and plus a million.

    ========  =======================================================================================
    method    origin and width
    ========  =======================================================================================
    standard  the mean and the (population) standard deviation
    min_max   the smallest value and the distance to the largest: rows of the fit are in [0, 1]
    robust    the median and the distance between the quartiles; if that is 0, the standard deviation
    max_abs   0 and the largest absolute value: rows of the fit are in [-1, 1], and 0 stays 0
    ========  =======================================================================================

    Args:
        method: which origin and width.

    Raises:
        DataError: if the method is unknown.

    Example:
        >>> scale("robust").code
        'scale("robust")'

    Reference: scikit-learn StandardScaler, MinMaxScaler, RobustScaler, MaxAbsScaler.
    """
    return Scale(method)


@dataclass(frozen=True)
class Scale(Step):
    """Description made by `scale`."""

    method: Method

    name = "scale"
    kinds = NUMERIC | {"timestamp"}
    gives = "number"

    def __post_init__(self) -> None:
        known = ["standard", "min_max", "robust", "max_abs"]
        if self.method not in known:
            raise DataError("recipe step 'scale'", expected=f"a method of {known}", got=repr(self.method))

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        match self.method:
            case "standard":
                return {"moment": Moments(column)}
            case "min_max":
                return {"low": column.min(), "high": column.max()}
            case "robust":
                return {"quartiles": Quantiles(column, (0.25, 0.5, 0.75)), "moment": Moments(column)}
        return {"largest": column.cast(pl.Float64).abs().max()}

    def fit(self, statistics: Mapping[str, Any]) -> Affine:
        match self.method:
            case "standard":
                center, remainder, deviation = statistics["moment"]
                return Affine(center, remainder, _width(deviation))
            case "min_max":
                low, high = statistics["low"] or 0, statistics["high"] or 0
                return Affine(round(low), low - round(low), _width(float(high - low)))
            case "robust":
                first, median, third = (quartile or 0.0 for quartile in statistics["quartiles"])
                width = _width(third - first, statistics["moment"].deviation)
                return Affine(round(median), median - round(median), width)
        return Affine(0, 0.0, _width(statistics["largest"] or 0.0))


def _width(*widths: float) -> float:
    """The first that is not that of a constant."""
    return next((width for width in widths if width > CONSTANT), 1.0)
