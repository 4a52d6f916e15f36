"""Spread: how the numbers of a column lie about their middle."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

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


def spreads(sample: pl.DataFrame, numbers: Mapping[str, pl.Expr]) -> dict[str, Spread]:
    """Measure columns of numbers, in one pass over the rows."""
    measures = [
        measure.alias(f"{i} {place}")
        for i, number in enumerate(numbers.values())
        for place, measure in enumerate(_measures(number.cast(pl.Float64)))
    ]
    found = sample.lazy().select(measures).collect().row(0) if measures else ()
    rows = [found[place : place + 4] for place in range(0, len(found), 4)]
    return {
        name: Spread(skew or 0.0, far or 0.0, log_far or 0.0, bool(whole))
        for name, (skew, far, log_far, whole) in zip(numbers, rows, strict=True)
    }


def _measures(number: pl.Expr) -> tuple[pl.Expr, ...]:
    return number.skew(), _far(number), _far(number.sign() * number.abs().log1p()), (number % 1 == 0).all()


def _far(number: pl.Expr) -> pl.Expr:
    width = number.quantile(0.75, "linear") - number.quantile(0.25, "linear")
    middle = number.median()
    largest = pl.max_horizontal(number.max() - middle, middle - number.min())
    return pl.when(width > NARROW * number.abs().max()).then(largest / width)
