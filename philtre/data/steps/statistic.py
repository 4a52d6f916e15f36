"""What a step may ask of a column beside plain aggregations: questions that are answered differently for big tables."""

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl


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
    """How often each value occurs; answered by a dict from value to count, less the missing ones."""

    column: pl.Expr


class Moment(NamedTuple):
    """The mean in two parts, and the (population) standard deviation."""

    center: int
    remainder: float
    deviation: float


Statistic = pl.Expr | Quantiles | Moments | Counts
