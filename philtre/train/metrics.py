"""Metrics: sums over batches and a formula at the end, so that they are exact over an epoch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import TrainingError

Sums = dict[str, Any]


@dataclass(frozen=True)
class Metric:
    """A named metric.

    Args:
        name: key in the history.
        sums: predictions, targets and weights float32[n] (0 for padding) to sums over the batch, by name.
        finish: sums over the epoch to the value.
    """

    name: str
    sums: Callable[[Any, Any, Any], Sums]
    finish: Callable[[dict[str, float]], float]


def accuracy(*, threshold: float = 0.5) -> Metric:
    """Share of right answers: the largest of several scores, or one score above a threshold.

    Args:
        threshold: for predictions of one score; 0.5 fits probabilities, 0 fits logits.
    """

    def sums(predictions: jax.Array, targets: jax.Array, weights: jax.Array) -> Sums:
        if predictions.ndim == targets.ndim + 1:
            right = jnp.argmax(predictions, axis=-1) == targets
        elif predictions.shape == targets.shape and predictions.shape[-1:] != (1,) and predictions.ndim == 2:
            right = jnp.argmax(predictions, axis=-1) == jnp.argmax(targets, axis=-1)
        elif predictions.shape == targets.shape:
            right = (predictions > threshold) == (targets > 0.5)
        else:
            raise TrainingError(
                "metric 'accuracy'",
                expected="targets int[n] for float[n, k], or of the predictions' shape",
                got=f"predictions {list(predictions.shape)} and targets {list(targets.shape)}",
            )
        return _mean(right.astype(jnp.float32), weights)

    return Metric("accuracy", sums, _quotient)


def mean_squared_error() -> Metric:
    """Mean of the squared differences."""
    return Metric("mean_squared_error", lambda p, t, w: _mean((p - t) ** 2, w), _quotient)


def mean_absolute_error() -> Metric:
    """Mean of the absolute differences."""
    return Metric("mean_absolute_error", lambda p, t, w: _mean(jnp.abs(p - t), w), _quotient)


def r2() -> Metric:
    """Share of the targets' variance that is explained; 1 is perfect, 0 no better than their mean."""

    def sums(predictions: jax.Array, targets: jax.Array, weights: jax.Array) -> Sums:
        return {
            **_mean((predictions - targets) ** 2, weights),
            "sum": _mean(targets, weights)["total"],
            "squares": _mean(targets**2, weights)["total"],
        }

    def finish(sums: dict[str, float]) -> float:
        spread = sums["squares"] - sums["sum"] ** 2 / sums["count"]
        return 1 - sums["total"] / spread if spread > 0 else 0.0

    return Metric("r2", sums, finish)


NAMED: dict[str, Callable[[], Metric]] = {
    "accuracy": accuracy,
    "mean_squared_error": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
    "r2": r2,
}


def named(metric: "str | Metric") -> Metric:
    """Look a metric up by name.

    Raises:
        TrainingError: if there is none of that name.
    """
    if isinstance(metric, Metric):
        return metric
    if metric not in NAMED:
        raise TrainingError("metric", expected=f"a Metric, or one of {list(NAMED)}", got=repr(metric))
    return NAMED[metric]()


def average(values: Callable[[Any, Any], Any], name: str) -> Metric:
    """Average a function of (predictions, targets) to float[n] over the epoch."""
    return Metric(name, lambda p, t, w: _mean(values(p, t), w), _quotient)


def _mean(values: Any, weights: Any) -> Sums:
    per_example = values.reshape(len(weights), -1).mean(axis=1)
    return {"total": (per_example * weights).sum(), "count": weights.sum()}


def _quotient(sums: dict[str, float]) -> float:
    return sums["total"] / sums["count"] if sums["count"] else 0.0
