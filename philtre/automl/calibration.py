"""Calibration: probabilities that are as often right as they say."""

from collections.abc import Callable

import numpy as np

from philtre.fields import Array

RANGE = (0.05, 20.0)
BINS = 15


def softmax(scores: Array, temperature: float = 1.0) -> Array:
    """Turn scores float[n, k] into probabilities float64[n, k]: ``softmax(scores / temperature)``."""
    scaled = scores.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_temperature(scores: Array, truth: Array) -> float:
    """Find the temperature under which the scores of rows that a model has not seen have the least log loss.

    The loss is convex in the inverse temperature; its minimum is found by golden section. The truth is smoothed by one
    row of each class, as Platt did, so that a model without a mistake is not called certain.

    Args:
        scores: float[n, k], logits.
        truth: int[n], positions of the true classes.

    Returns:
        The temperature, 0.05 to 20: above 1 where the model was too certain.

    Example:
        >>> scores = np.array([[0.0, 4.0]] * 4)
        >>> round(fit_temperature(scores, np.array([1, 1, 1, 0])), 1)
        5.8

    Reference: Guo et al., "On Calibration of Modern Neural Networks", 2017; Platt, "Probabilistic Outputs for Support
    Vector Machines", 1999.
    """
    n, k = scores.shape
    centred = scores.astype(np.float64) - scores.max(axis=1, keepdims=True)
    share = 1 / (n + k)
    aim = ((1 - k * share) * centred[np.arange(n), truth] + share * centred.sum(axis=1)).mean()

    def loss(logarithm: float) -> float:
        scaled = centred / np.exp(logarithm)
        return float(np.log(np.exp(scaled).sum(axis=1)).mean() - aim / np.exp(logarithm))

    return float(np.exp(_golden(loss, *np.log(RANGE))))


def calibration_error(truth: Array, probabilities: Array, bins: int = BINS) -> float:
    """The expected calibration error: how far the chosen class's probability is from how often it is right.

    Rows are sorted by that probability and cut into bins of equal size; the error is the mean over the rows of
    ``|share that is right - mean probability|`` of their bin.

    Args:
        truth: int[n], positions of the true classes.
        probabilities: float[n, k].
        bins: number of bins, each of the same number of rows.

    Reference: Guo et al., 2017; equal-mass bins: Nixon et al., "Measuring Calibration in Deep Learning", 2019.
    """
    certain = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    parts = [part for part in np.array_split(np.argsort(certain, kind="stable"), bins) if len(part)]
    return float(sum(abs(right[part].mean() - certain[part].mean()) * len(part) for part in parts) / len(truth))


def _golden(function: Callable[[float], float], low: float, high: float, steps: int = 40) -> float:
    """Minimise a function that falls, then rises."""
    ratio = (np.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(steps):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = function(right)
    return float((low + high) / 2)
