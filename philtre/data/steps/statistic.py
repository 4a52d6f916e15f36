"""What a step may ask of a column beside plain aggregations: questions that are answered differently for big tables."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from philtre.fields import Array


@dataclass(frozen=True, eq=False)
class Quantiles:
    """The values at some shares of the rows; answered by a tuple of floats, or of None where all are missing.

    Exact up to a million rows, then with a rank error below 0.1 %.
    """

    column: pl.Expr
    probabilities: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and deviation, exact for 64-bit integers whatever their distance from zero; answered by a `Moment`."""

    column: pl.Expr


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each value occurs; answered by a dict from value to count, less the missing ones.

    Attributes:
        column: the values.
        most: only so many values are answered, the most frequent ones, of equally frequent ones the smallest.
    """

    column: pl.Expr
    most: int | None = None


@dataclass(frozen=True, eq=False)
class TotalsOf:
    """The target summed over the rows of each value, by fold; answered by `Totals`."""

    column: pl.Expr


class Goals(NamedTuple):
    """The target as numbers, for the steps that learn from it."""

    columns: tuple[pl.Expr, ...]
    """One float64 expression for each number; none is missing in the rows of the fit."""
    names: tuple[str, ...]
    """What each stands for; one "" where there is one only."""


class Totals(NamedTuple):
    """The target by value and fold."""

    values: dict[str | None, int]
    """The row of each value in the tables; None is the missing one."""
    counts: Array
    """[values, folds], rows."""
    sums: Array
    """[values, folds, k], of the goals."""
    squares: Array
    """[k], of all rows."""
    names: tuple[str, ...]
    """[k], of the goals."""

    def means(self, counts: Array, sums: Array, smooth: float) -> Array:
        """Mean goals by code, in deviations from the mean of all rows, and shrunk to it.

        Args:
            counts: [codes], rows.
            sums: [codes, k], of the goals.
            smooth: rows that the mean of all counts for.

        Returns:
            float32[codes, k].
        """
        total, count = self.sums.sum((0, 1)), max(self.counts.sum(), 1)
        mean = total / count
        deviation = np.sqrt(np.maximum(self.squares / count - mean**2, 0))
        above = (sums - counts[:, None] * mean) / np.where(deviation > 0, deviation, 1)
        means: Array = above / np.maximum(counts + smooth, 1)[:, None]
        return means.astype(np.float32)


class Moment(NamedTuple):
    """The mean in two parts, and the (population) standard deviation."""

    center: int
    remainder: float
    deviation: float


Statistic = pl.Expr | Quantiles | Moments | Counts | TotalsOf
