"""Hashed: a category as one of a fixed number of buckets, whatever its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from philtre.data.steps.one_hot import FittedOneHot
from philtre.data.steps.statistic import Statistic
from philtre.data.steps.step import FEATURES, Step
from philtre.errors import DataError
from philtre.fields import Hashed, Spelling

MOST = 65_536


def hashed(buckets: int = 64) -> "Hashing":
    """Give each of a fixed number of buckets a feature ``<name>=#<bucket>`` that is 1 where the row's value is in it.

    The bucket of a value is the CRC-32 of its text modulo `buckets`. Use it for categories of so many values that
    they should not be stored, or that change every day: nothing is learned of them, new ones are as good as old ones,
    and values that share a bucket are not told apart. A missing one has ``<name>_missing``, if any was in the fit.

    Args:
        buckets: number of features, 1 to 65,536.

    Raises:
        DataError: if `buckets` is out of range.

    Example:
        >>> hashed(256).code
        'hashed(256)'

    Reference: Weinberger et al., "Feature hashing for large scale multitask learning", 2009;
    scikit-learn FeatureHasher.
    """
    return Hashing(buckets)


@dataclass(frozen=True)
class Hashing(Step):
    """Description made by `hashed`."""

    buckets: int = 64

    name = "hashed"
    kinds = frozenset({"category"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        if not 1 <= self.buckets <= MOST:
            raise DataError("recipe step 'hashed'", expected=f"1 to {MOST:,} buckets", got=f"{self.buckets}")

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"missing": column.null_count()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedHashed":
        buckets = tuple(f"#{bucket}" for bucket in range(self.buckets))
        return FittedHashed(buckets, rare=False, missing=statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedHashed(FittedOneHot):
    """One-hot of buckets, which stand for the names of the category."""

    def field(self, missing: bool, spelling: Spelling) -> Hashed:
        return Hashed(len(self.values), missing=missing, spelling=spelling)
