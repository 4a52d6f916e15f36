"""Bins: a number as the interval that it lies in."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from philtre.data.steps.intervals import Intervals
from philtre.data.steps.statistic import Quantiles, Statistic
from philtre.data.steps.step import FEATURES, NUMERIC, Step
from philtre.errors import DataError

By = Literal["quantile", "width"]


def bins(n: int = 5, by: By = "quantile", *, one_hot: bool = False) -> "Bins":
    """Turn a number into the position of its interval: 0 for the lowest, 1, 2, ...

    Use it for a linear model where the relation to the target rises and falls. Numbers beyond those of the fit belong
    to the first and the last interval. A missing one stays missing; with `one_hot` it is in no interval.

    Args:
        n: number of intervals, at least 2; fewer come out where many values are equal.
        by: "quantile" for intervals that hold equally many rows, "width" for equally wide ones.
        one_hot: give each interval a feature ``<name>=<low>..<high>``, 1 where it holds the number, and
            ``<name>_missing`` if the fit saw missing ones.

    Raises:
        DataError: if `n` is less than 2 or `by` is neither.

    Example:
        >>> bins(4, "width", one_hot=True).code
        'bins(4, "width", one_hot=True)'

    Reference: scikit-learn KBinsDiscretizer.
    """
    return Bins(n, by, one_hot=one_hot)


@dataclass(frozen=True)
class Bins(Step):
    """Description made by `bins`."""

    n: int
    by: By
    _: KW_ONLY
    one_hot: bool = False

    name = "bins"
    kinds = NUMERIC

    def __post_init__(self) -> None:
        if self.n < 2 or self.by not in ("quantile", "width"):
            got = f"{self.n} by {self.by!r}"
            raise DataError("recipe step 'bins'", expected="2 or more, by 'quantile' or 'width'", got=got)

    @property
    def fills(self) -> bool:
        return self.one_hot

    @property
    def gives(self) -> str:
        return FEATURES if self.one_hot else "number"

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        number = column.cast(pl.Float64)
        inner = tuple(i / self.n for i in range(1, self.n))
        edges = {"edges": Quantiles(number, inner)} if self.by == "quantile" else {}
        return {"low": number.min(), "high": number.max(), "missing": column.null_count(), **edges}

    def fit(self, statistics: Mapping[str, Any]) -> Intervals:
        low, high = statistics["low"] or 0.0, statistics["high"] or 0.0
        edges = statistics.get("edges") or np.linspace(low, high, self.n + 1)[1:-1].tolist()
        inside = tuple(sorted({edge for edge in edges if edge is not None and low < edge <= high}))
        return Intervals(inside, self.one_hot, missing=statistics["missing"] > 0)
