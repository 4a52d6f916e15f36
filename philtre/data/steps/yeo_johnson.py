"""Yeo-Johnson: the power that makes a number most nearly normal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from philtre.data.steps.power import Power
from philtre.data.steps.statistic import Counts, Statistic
from philtre.data.steps.step import NUMERIC, Step
from philtre.fields import Array

BINS = 4096
"""The fit sees logarithms in so many bins between the smallest and the largest."""
LOWEST, HIGHEST = -4.0, 6.0
"""Powers between which the likeliest is looked for; 1 changes nothing."""
FLAT = 1e-32
"""A smaller variance is rounding."""


def yeo_johnson() -> "YeoJohnson":
    """Raise numbers to the power that makes them most nearly normal; `scale` should follow.

    With t = log(1 + |x|): ``(exp(p t) - 1) / p`` of what is not negative, else ``-(exp((2 - p) t) - 1) / (2 - p)``.
    Use it for skewed numbers when it is not known whether a logarithm, a root or nothing suits. The power p in
    [-4, 6] is the likeliest one, to three decimals. Missing values stay missing.

    Reference: Yeo & Johnson, "A new family of power transformations to improve normality or symmetry", 2000;
    scikit-learn PowerTransformer(standardize=False).
    """
    return YeoJohnson()


@dataclass(frozen=True)
class YeoJohnson(Step):
    """Description made by `yeo_johnson`."""

    name = "yeo_johnson"
    kinds = NUMERIC

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        number = column.cast(pl.Float64)
        low, high = _logarithm(number.min()), _logarithm(number.max())
        place = ((_logarithm(number) - low) / (high - low) * BINS).fill_nan(0).round().cast(pl.Int16)
        return {"low": low, "high": high, "counts": Counts(place)}

    def fit(self, statistics: Mapping[str, Any]) -> "Power":
        counts = np.array(sorted(statistics["counts"].items()), float).reshape(-1, 2)
        if len(counts) < 2:
            return Power(1.0)
        low, high = statistics["low"], statistics["high"]
        return Power(_likeliest(low + counts[:, 0] / BINS * (high - low), counts[:, 1] / counts[:, 1].sum()))


def _logarithm(number: pl.Expr) -> pl.Expr:
    return number.sign() * number.abs().log1p()


def _likeliest(logarithms: Array, shares: Array) -> float:
    """The likeliest power for values whose signed logarithms come in shares: a grid that is made finer and finer."""

    def likelihood(power: float) -> float:
        p, size = np.where(logarithms >= 0, power, 2 - power), np.abs(logarithms)
        raised = np.sign(logarithms) * np.where(p == 0, size, np.expm1(size * p) / np.where(p == 0, 1, p))
        with np.errstate(over="ignore"):
            variance = shares @ (raised - shares @ raised) ** 2
        return float((power - 1) * (shares @ logarithms) - np.log(max(variance, FLAT)) / 2)

    best, reach = (LOWEST + HIGHEST) / 2, (HIGHEST - LOWEST) / 2
    for _ in range(4):
        best = max(np.clip(np.linspace(best - reach, best + reach, 41), LOWEST, HIGHEST), key=likelihood)
        reach /= 20
    return round(float(best), 4) if likelihood(best) > likelihood(1.0) + 1e-9 else 1.0
