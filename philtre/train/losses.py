"""Losses: predictions and targets to one number per example."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import TrainingError

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Axon and Keras."""


@dataclass(frozen=True)
class Loss:
    """A named loss.

    Args:
        name: how errors call it.
        function: predictions and targets to float32[n].
        check: raises TrainingError where shapes or dtypes do not fit; runs once, at the trace.
    """

    name: str
    function: Callable[[Any, Any], Any]
    check: Callable[[str, Any, Any], None]

    def __call__(self, predictions: jax.Array, targets: jax.Array) -> jax.Array:
        """float32[n]: the loss of each example.

        Raises:
            TrainingError: if the targets' shape or dtype does not fit the predictions.
        """
        self.check(self.name, predictions, targets)
        losses: jax.Array = self.function(predictions, targets)
        return losses.reshape(len(losses), -1).mean(axis=1) if losses.ndim > 1 else losses


def sparse_categorical_cross_entropy(*, from_logits: bool = False) -> Loss:
    """Compare probabilities of classes with class indices: ``-log p[target]``.

    Args:
        from_logits: predictions are scores before softmax, which is the more exact form. By name the loss takes
            probabilities.

    Returns:
        A loss of float[n, k] predictions and int[n] targets.
    """

    def function(predictions: jax.Array, targets: jax.Array) -> jax.Array:
        logs = jax.nn.log_softmax(predictions) if from_logits else jnp.log(_clipped(predictions))
        return -jnp.take_along_axis(logs, targets[:, None].astype(jnp.int32), axis=1)[:, 0]

    return Loss("sparse_categorical_cross_entropy", function, _check_classes)


def categorical_cross_entropy(*, from_logits: bool = False) -> Loss:
    """Compare probabilities of classes with target probabilities: ``-sum(target * log p)``.

    Args:
        from_logits: predictions are scores before softmax.

    Returns:
        A loss of float[n, k] predictions and float[n, k] targets.
    """

    def function(predictions: jax.Array, targets: jax.Array) -> jax.Array:
        logs = jax.nn.log_softmax(predictions) if from_logits else jnp.log(_clipped(predictions))
        return -(targets.astype(logs.dtype) * logs).sum(axis=-1)

    return Loss("categorical_cross_entropy", function, _check_alike)


def binary_cross_entropy(*, from_logits: bool = False) -> Loss:
    """Compare a probability with 0 or 1: ``-(t log p + (1 - t) log(1 - p))``.

    Args:
        from_logits: predictions are scores before the sigmoid.

    Returns:
        A loss of float[n, ...] predictions and targets of the same shape.
    """

    def function(predictions: jax.Array, targets: jax.Array) -> jax.Array:
        truth = targets.astype(predictions.dtype)
        if from_logits:
            return jnp.maximum(predictions, 0) - predictions * truth + jnp.log1p(jnp.exp(-jnp.abs(predictions)))
        p = _clipped(predictions)
        return -(truth * jnp.log(p) + (1 - truth) * jnp.log(1 - p))

    return Loss("binary_cross_entropy", function, _check_alike)


def mean_squared_error() -> Loss:
    """Square the difference: ``(prediction - target) ** 2``, for float[n, ...] of equal shapes."""
    return Loss("mean_squared_error", lambda p, t: (p - t.astype(p.dtype)) ** 2, _check_alike)


def mean_absolute_error() -> Loss:
    """Take the size of the difference: ``|prediction - target|``, for float[n, ...] of equal shapes."""
    return Loss("mean_absolute_error", lambda p, t: jnp.abs(p - t.astype(p.dtype)), _check_alike)


NAMED: dict[str, Callable[[], Loss]] = {
    "sparse_categorical_cross_entropy": sparse_categorical_cross_entropy,
    "categorical_cross_entropy": categorical_cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "mean_squared_error": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
}


def named(loss: "str | Loss | Callable[[Any, Any], Any]") -> Loss:
    """Look a loss up by name; a function of (predictions, targets) to float[n] is taken as it is.

    Raises:
        TrainingError: if there is no loss of that name.
    """
    if isinstance(loss, Loss):
        return loss
    if callable(loss):
        return Loss(getattr(loss, "__name__", "loss"), loss, lambda name, predictions, targets: None)
    if loss not in NAMED:
        raise TrainingError("loss", expected=f"a function, or one of {list(NAMED)}", got=repr(loss))
    return NAMED[loss]()


def _clipped(probabilities: jax.Array) -> jax.Array:
    return jnp.clip(probabilities, EPSILON, 1 - EPSILON)


def _check_classes(name: str, predictions: Any, targets: Any) -> None:
    if predictions.ndim != 2 or targets.shape != predictions.shape[:1] or targets.dtype.kind not in "iu":
        hint = "targets that are one-hot go with categorical_cross_entropy" if targets.ndim == 2 else ""
        _refuse(name, f"predictions float[n, k] and targets int[{len(predictions)}]", predictions, targets, hint)


def _check_alike(name: str, predictions: Any, targets: Any) -> None:
    if predictions.shape != targets.shape:
        missing_axis = predictions.ndim == targets.ndim + 1 and predictions.shape[-1] == 1
        hint = "targets[:, None] has the shape of the predictions" if missing_axis else ""
        _refuse(name, f"targets {list(predictions.shape)}, as the predictions", predictions, targets, hint)


def _refuse(name: str, expected: str, predictions: Any, targets: Any, hint: str) -> None:
    got = f"predictions {predictions.dtype}{list(predictions.shape)} and targets {targets.dtype}{list(targets.shape)}"
    raise TrainingError(f"loss '{name}'", expected=expected, got=got, hint=hint)
