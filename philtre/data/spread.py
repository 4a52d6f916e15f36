"""Spread: how the numbers of a column lie about their middle."""

from typing import NamedTuple

import numpy as np
import polars as pl

from philtre.fields import Array

NARROW = 1e-12
"""A smaller distance of the quartiles, beside the largest number, is rounding."""


class Spread(NamedTuple):
    """The shape of a column of numbers.

    Attributes:
        skew: the third standardised moment; 0 where the numbers lie alike on both sides of their mean.
        far: the largest distance from the median, in distances of the quartiles; 0 where those are one number.
        log_far: the same of the logarithms ``sign(x) log(1 + |x|)``.
        whole: whether none has decimals.
    """

    skew: float = 0.0
    far: float = 0.0
    log_far: float = 0.0
    whole: bool = False


def spread(numbers: pl.Series) -> Spread:
    """Measure a column; missing values do not count."""
    values = numbers.cast(pl.Float64).drop_nulls().to_numpy()
    if not len(values):
        return Spread()
    logarithms = np.sign(values) * np.log1p(np.abs(values))
    return Spread(numbers.cast(pl.Float64).skew() or 0.0, _far(values), _far(logarithms), bool((values % 1 == 0).all()))


def _far(values: Array) -> float:
    low, first, middle, last, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    width = last - first
    return float(max(high - middle, middle - low) / width) if width > NARROW * max(-low, high) else 0.0
