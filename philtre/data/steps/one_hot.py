"""One-hot: a column of zeros and ones for each frequent value of a category."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.statistic import Statistic
from philtre.data.steps.step import FEATURES, Emitted, Masked, Step
from philtre.data.steps.vocabulary import Vocabulary, check_share, count, frequent


def one_hot(*, rare: float = 0.01) -> "OneHot":
    """Give each frequent value of a category a feature ``<name>=<value>`` that is 1 where the row holds it.

    The other values share ``<name>_rare``, and so do values that the fit has not seen; a missing one has
    ``<name>_missing``. Both exist only where the fit saw such rows: else they would carry untrained weights.

    Args:
        rare: values held by a smaller share of the rows are grouped, in [0, 1). The most frequent one never is.

    Raises:
        DataError: if `rare` is out of range.

    Reference: scikit-learn OneHotEncoder(min_frequency=...).
    """
    return OneHot(rare=rare)


@dataclass(frozen=True)
class OneHot(Step):
    """Description made by `one_hot`."""

    _: KW_ONLY
    rare: float = 0.01

    name = "one_hot"
    kinds = frozenset({"category"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        check_share(self.rare, self.name)

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return count(column)

    def fit(self, statistics: Mapping[str, Any]) -> "FittedOneHot":
        kept = frequent(statistics, self.rare)
        rare = len(kept) < len(statistics["counts"])
        return FittedOneHot(kept, rare=rare, missing=statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedOneHot(Vocabulary):
    """The values that have a feature of their own, and whether the others and missing ones have one."""

    rare: bool
    missing: bool

    consumes = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        return (*(f"={value}" for value in self.values), *["_rare"] * self.rare, *["_missing"] * self.missing)

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        k = len(self.values)
        codes = np.array([*range(k), *[k] * self.rare, *[k + 1] * self.missing], np.int32)
        return Emitted(column, (self.codes(column)[:, None] == codes).astype(jnp.float32))
