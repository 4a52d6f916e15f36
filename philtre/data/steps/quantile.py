"""Quantile: a number as its rank among those of the fit."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import polars as pl

from philtre.data.steps.rank import Rank
from philtre.data.steps.statistic import Quantiles, Statistic
from philtre.data.steps.step import NUMERIC, Step
from philtre.errors import DataError

Output = Literal["uniform", "normal"]


def quantile(output: Output = "uniform", *, intervals: int = 100) -> "Quantile":
    """Turn a number into its rank among those of the fit: the share of them below it, in [0, 1].

    Between `intervals` + 1 quantiles the rank is interpolated; a value that many rows share gets the middle of their
    ranks, the smallest value gets 0, the largest 1, and numbers beyond them do, too. Use it where only the order of
    the numbers means something, or outliers are many. Missing values stay missing.

    Args:
        output: "uniform" for the rank, "normal" for the number of which a standard normal one is smaller as often;
            that is held within minus and plus 5.2.
        intervals: how finely the fit's distribution is known, at least 1.

    Raises:
        DataError: if the output is neither or `intervals` is less than 1.

    Example:
        >>> quantile("normal").code
        'quantile("normal")'

    Reference: scikit-learn QuantileTransformer(n_quantiles=101).
    """
    return Quantile(output, intervals=intervals)


@dataclass(frozen=True)
class Quantile(Step):
    """Description made by `quantile`."""

    output: Output
    _: KW_ONLY
    intervals: int = 100

    name = "quantile"
    kinds = NUMERIC

    def __post_init__(self) -> None:
        if self.output not in ("uniform", "normal") or self.intervals < 1:
            raise DataError("recipe step 'quantile'", expected="'uniform' or 'normal', intervals >= 1", got=self.code)

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        probabilities = tuple(i / self.intervals for i in range(self.intervals + 1))
        return {"knots": Quantiles(column.cast(pl.Float64), probabilities)}

    def fit(self, statistics: Mapping[str, Any]) -> Rank:
        return Rank(tuple(knot or 0.0 for knot in statistics["knots"]), normal=self.output == "normal")
