"""Prediction intervals by split conformal prediction: as wide as the errors on rows that a model has not seen."""

import math

import numpy as np

from philtre.data import Interval
from philtre.errors import DataError
from philtre.fields import Array

PARTS = 5
ROWS_PER_PART = 200


def check_level(level: float | None, rows: int) -> None:
    """Refuse a coverage that is no share, or that so few rows cannot promise.

    Raises:
        DataError: if it is not between 0 and 1, or ``(rows + 1) * (1 - level) < 1``.
    """
    if level is None:
        return
    if not 0 < level < 1:
        raise DataError("interval", expected="a share between 0 and 1, such as 0.9", got=repr(level))
    needed = math.ceil(level / (1 - level) - 1e-9)
    if rows < needed:
        raise DataError(f"interval {level:g}", expected=f"at least {needed} rows", got=f"{rows}")


def fit_interval(truth: Array, predictions: Array, level: float) -> Interval:
    """Find how wide an interval around a prediction must be to hold a share of the true values.

    With at least 1,000 rows there is one width for each fifth of the predictions, so that large values may be less
    certain than small ones; each is the conformal quantile of its own absolute errors.

    Args:
        truth: float[n].
        predictions: float[n], for rows that the model has not seen.
        level: the share to hold, 0 to 1.

    Reference: Lei et al., "Distribution-Free Predictive Inference for Regression", 2018; by parts: Vovk et al.,
    "Algorithmic Learning in a Random World", 2005 (Mondrian).
    """
    parts = PARTS if len(truth) >= PARTS * ROWS_PER_PART else 1
    edges = np.unique(np.quantile(predictions, np.linspace(0, 1, parts + 1)[1:-1]))
    place = np.searchsorted(edges, predictions, side="left")
    errors = np.abs(truth - predictions)
    sizes = np.bincount(place, minlength=len(edges) + 1)
    if sizes.min() < ROWS_PER_PART // 2:
        return Interval(level, (), (conformal_quantile(errors, level),))
    widths = tuple(conformal_quantile(errors[place == i], level) for i in range(len(edges) + 1))
    return Interval(level, tuple(map(float, edges)), widths)


def conformal_quantile(errors: Array, level: float) -> float:
    """The ``ceil((n + 1) * level)``-th smallest of n errors; the largest if there is none such.

    Example:
        >>> conformal_quantile(np.arange(1.0, 20.0), 0.9)
        18.0
    """
    rank = min(math.ceil((len(errors) + 1) * level - 1e-9), len(errors))
    return float(np.sort(errors)[rank - 1])
