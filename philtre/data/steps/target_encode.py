"""Target encoding: a category as the mean of the target in its rows."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.statistic import Statistic, Totals, TotalsOf
from philtre.data.steps.step import FEATURES, Emitted, Masked, Step
from philtre.data.steps.vocabulary import Vocabulary
from philtre.errors import DataError
from philtre.fields import Array

MOST = 10_000
"""Values that are remembered at most, the most frequent ones."""


def target_encode(*, smooth: float = 10.0) -> "TargetEncode":
    """Replace a category by the mean of the target over the rows that hold it, shrunk towards the mean of all.

    In the units of the target's standard deviation: ``sum((y - mean) / deviation) / (count + smooth)``, so that a
    value that was not seen is 0. A target of more than two classes gives one feature per class. The rows of the fit
    are encoded by the other folds' rows (five folds), so that no row sees its own target; see `Recipe.fit_transform`.

    Args:
        smooth: rows that the mean of all counts for (>= 0).

    Raises:
        DataError: if `smooth` is negative.

    Reference: Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", 2001;
    scikit-learn TargetEncoder.
    """
    return TargetEncode(smooth=smooth)


@dataclass(frozen=True)
class TargetEncode(Step):
    """Description made by `target_encode`."""

    _: KW_ONLY
    smooth: float = 10.0

    name = "target_encode"
    kinds = frozenset({"category"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        if self.smooth < 0:
            raise DataError("recipe step 'target_encode'", expected="smooth >= 0", got=f"{self.smooth}")

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"totals": TotalsOf(column)}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedTargetEncode":
        totals: Totals = statistics["totals"]
        ranked = sorted(totals.values, key=lambda value: -totals.counts[totals.values[value]].sum())
        values = tuple(value for value in ranked if value is not None)[:MOST]
        places = [totals.values[value] for value in values]
        counts, sums = (self._by_code(totals, each, places) for each in (totals.counts, totals.sums))
        folds = counts.shape[1]
        without = [(counts.sum(1) - counts[:, fold], sums.sum(1) - sums[:, fold]) for fold in range(folds)]
        tables = [totals.means(*each, self.smooth) for each in [*without, (counts.sum(1), sums.sum(1))]]
        return FittedTargetEncode(values, np.stack(tables), totals.names)

    @staticmethod
    def _by_code(totals: Totals, table: Array, places: list[int]) -> Array:
        """Rows of a table in the order of the codes: the known values, unknown ones, the missing one."""
        nothing = np.zeros_like(table[:1])
        missing = table[totals.values[None]][None] if None in totals.values else nothing
        return np.concatenate([table[places], nothing, missing])


@dataclass(frozen=True, eq=False)
class FittedTargetEncode(Vocabulary):
    """The means by fold, float32[folds + 1, codes, k]: without each fold's rows, and last those of all rows."""

    tables: Array
    names: tuple[str, ...]

    consumes = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        return tuple(f"_target{f'={name}' if name else ''}" for name in self.names)

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        codes = self.codes(column)
        if column.fold is None:
            return Emitted(column, jnp.asarray(self.tables[-1])[codes])
        return Emitted(column, jnp.asarray(self.tables)[column.fold, codes])
