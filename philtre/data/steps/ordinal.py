"""Ordinal: a category as its position in an order."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import polars as pl

from philtre.data.steps.numbered import Numbered
from philtre.data.steps.statistic import Statistic
from philtre.data.steps.step import Step
from philtre.data.steps.vocabulary import check_names, check_share, count, frequent


def ordinal(*order: str, rare: float = 0.0, unknown: float = -1.0, missing: float = -1.0) -> "Ordinal":
    """Turn a category into the position of its value in an order: 0, 1, 2, ...

    Use it where the order means something ("low", "middle", "high"), or for a model that splits rather than weighs.

    Args:
        *order: the values, smallest first; by default those of the fit, whole numbers by size, else by alphabet.
        rare: without an order, values held by a smaller share of the rows, in [0, 1), count as unknown.
        unknown: the number of a value that is not in the order.
        missing: the number of a missing one.

    Raises:
        DataError: if a value is in the order twice, or `rare` is out of range.

    Example:
        >>> ordinal("low", "middle", "high", unknown=1).code
        'ordinal("low", "middle", "high", unknown=1)'

    Reference: scikit-learn OrdinalEncoder.
    """
    return Ordinal(order, rare=rare, unknown=unknown, missing=missing)


@dataclass(frozen=True)
class Ordinal(Step):
    """Description made by `ordinal`."""

    order: tuple[str, ...]
    _: KW_ONLY
    rare: float = 0.0
    unknown: float = -1.0
    missing: float = -1.0

    name = "ordinal"
    kinds = frozenset({"category"})
    gives = "number"
    fills = True

    def __post_init__(self) -> None:
        check_names(self.order, self.name)
        check_share(self.rare, self.name)

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {} if self.order else count(column)

    def fit(self, statistics: Mapping[str, Any]) -> Numbered:
        values = self.order or frequent(statistics, self.rare)
        return Numbered(values, tuple(map(float, range(len(values)))), self.unknown, self.missing)
