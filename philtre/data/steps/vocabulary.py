"""Vocabulary: the names of a category that a step knows; the others are grouped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.spelling import ordered
from philtre.data.steps.statistic import Counts, Statistic
from philtre.data.steps.step import Masked
from philtre.errors import DataError
from philtre.fields import AnyField, Category, Spelling


@dataclass(frozen=True)
class Vocabulary:
    """Base of the fitted steps that take categories or texts.

    Attributes:
        values: the names, or words, that are known; their positions are the codes.
    """

    values: tuple[str, ...]

    def field(self, missing: bool, spelling: Spelling) -> AnyField:
        """The field that the column becomes at the boundary, whose codes these are."""
        return Category(self.values, missing=missing, unknown=True, spelling=spelling)

    def codes(self, column: Masked) -> jax.Array:
        """Positions in `values`: int32[n], ``len(values)`` for any other name and one more where missing."""
        k = len(self.values)
        if column.names is None or column.names == self.values:
            return column.values
        place = {value: code for code, value in enumerate(self.values)}
        table = np.array([*(place.get(name, k) for name in column.names), k, k + 1], np.int32)
        return jnp.asarray(table)[column.values]


def count(column: pl.Expr) -> Mapping[str, Statistic]:
    """Statistics that `frequent` needs."""
    return {"counts": Counts(column), "missing": column.null_count(), "rows": column.len()}


def frequent(statistics: Mapping[str, Any], rare: float) -> tuple[str, ...]:
    """The names held by a share of `rare` of the rows or more, in order; the most frequent one always is."""
    counts, least = statistics["counts"], rare * statistics["rows"]
    kept = [value for value, count in counts.items() if count >= least]
    return ordered(kept or sorted(counts, key=lambda value: (-counts[value], value))[:1])


def check_share(rare: float, name: str) -> None:
    """Refuse a share that is out of range.

    Raises:
        DataError: if it is not in [0, 1).
    """
    if not 0 <= rare < 1:
        raise DataError(f"recipe step '{name}'", expected="a share 0 <= rare < 1", got=f"{rare}")


def check_names(names: Sequence[str], name: str) -> None:
    """Refuse names of categories that cannot be told apart.

    Raises:
        DataError: if one is empty, no text, or there twice.
    """
    if any(not isinstance(each, str) or not each for each in names) or len(set(names)) < len(names):
        raise DataError(f"recipe step '{name}'", expected="names that differ and are not empty", got=f"{list(names)}")
