"""The decision threshold: from which probability on the second of two classes is the answer."""

from dataclasses import dataclass

import numpy as np

from philtre.automl.folds import folds
from philtre.automl.scores import Answers, Metric
from philtre.fields import Array

PARTS = 10
STEPS = 100


@dataclass(frozen=True)
class Threshold:
    """A decision threshold.

    Attributes:
        value: probability of the second class from which on it is the answer, 0 to 1.
        gain: by how much it betters the metric against 0.5, on rows that did not choose it.
    """

    value: float
    gain: float


def choose_threshold(truth: Array, probability: Array, metric: Metric, *, seed: int = 0) -> Threshold | None:
    """Find the threshold that is best for a metric, if it is really better than 0.5.

    The gain is cross-fitted: a threshold chosen on nine tenths of the rows is judged by the last tenth. It is real if
    its mean over the tenths exceeds its standard error twice, so that a few lucky rows do not decide.

    Args:
        truth: int[n], 0 or 1.
        probability: float[n], of the second class, for rows that the model has not seen; calibrated.
        metric: one that depends on the class chosen.
        seed: same seed, same parts.
    """
    count = min(PARTS, int(np.bincount(truth, minlength=2).min()))
    if count < 2:
        return None
    gains = []
    for fitted, judged in folds(truth, count, seed=seed, stratified=True):
        value = _best(truth[fitted], probability[fitted], metric)
        tuned, plain = (_score(truth[judged], probability[judged], metric, at) for at in (value, 0.5))
        gains.append(metric.gain(tuned, plain))
    gain, error = float(np.mean(gains)), float(np.std(gains, ddof=1) / np.sqrt(count))
    return Threshold(_best(truth, probability, metric), gain) if gain > 2 * error else None


def _best(truth: Array, probability: Array, metric: Metric) -> float:
    steps = np.unique(np.quantile(probability, np.linspace(0, 1, STEPS + 1)))
    values = (steps[1:] + steps[:-1]) / 2
    if not len(values):
        return 0.5
    scores = np.array([metric.gain(_score(truth, probability, metric, value), 0.0) for value in values])
    best = values[scores == scores.max()]
    return float(best[np.argmin(np.abs(best - 0.5))])


def _score(truth: Array, probability: Array, metric: Metric, threshold: float) -> float:
    chosen = (probability >= threshold).astype(np.int64)
    return metric(truth, Answers(chosen, np.stack([1 - probability, probability], axis=1)))
