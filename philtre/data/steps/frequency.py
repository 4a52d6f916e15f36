"""Frequency: a category as how often its value occurs."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import polars as pl

from philtre.data.steps.numbered import Numbered
from philtre.data.steps.statistic import Statistic
from philtre.data.steps.step import Step
from philtre.data.steps.vocabulary import check_share, count, frequent


def frequency(*, rare: float = 0.0) -> "Frequency":
    """Turn a category into the share of the fit's rows that hold the same value, in [0, 1].

    Use it for many values whose popularity tells more than their name; values that are equally frequent become one.
    Missing values have a share, too. A value that the fit has not seen has that of a rare one: 0 if none is rare.

    Args:
        rare: values held by a smaller share of the rows are grouped, in [0, 1): each has their mean share.

    Raises:
        DataError: if `rare` is out of range.

    Example:
        >>> frequency(rare=0.001).code
        'frequency(rare=0.001)'

    Reference: Feature-engine CountFrequencyEncoder.
    """
    return Frequency(rare=rare)


@dataclass(frozen=True)
class Frequency(Step):
    """Description made by `frequency`."""

    _: KW_ONLY
    rare: float = 0.0

    name = "frequency"
    kinds = frozenset({"category"})
    gives = "number"
    fills = True

    def __post_init__(self) -> None:
        check_share(self.rare, self.name)

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return count(column)

    def fit(self, statistics: Mapping[str, Any]) -> Numbered:
        counts, values, rows = statistics["counts"], frequent(statistics, self.rare), max(statistics["rows"], 1)
        shares = tuple(counts.pop(value) / rows for value in values)
        rare = sum(counts.values()) / len(counts) / rows if counts else 0.0
        return Numbered(values, shares, rare, statistics["missing"] / rows)
