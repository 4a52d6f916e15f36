"""One-hot: a column of zeros and ones for each frequent value of a category."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.spelling import ordered
from philtre.data.steps.statistic import Counts, Statistic
from philtre.data.steps.step import Emitted, Masked, Step
from philtre.errors import DataError


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
    fills = True

    def __post_init__(self) -> None:
        if not 0 <= self.rare < 1:
            raise DataError("recipe step 'one_hot'", expected="a share 0 <= rare < 1", got=f"{self.rare}")

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"counts": Counts(column), "missing": column.null_count(), "rows": column.len()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedOneHot":
        counts: dict[str, int] = statistics["counts"]
        least = self.rare * statistics["rows"]
        frequent = [value for value, count in counts.items() if count >= least]
        kept = frequent or sorted(counts, key=lambda value: (-counts[value], value))[:1]
        return FittedOneHot(ordered(kept), rare=len(kept) < len(counts), missing=statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedOneHot:
    """The values that have a feature of their own; their positions are the codes of the category."""

    values: tuple[str, ...]
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
        return Emitted(column, (column.values[:, None] == codes).astype(jnp.float32))
