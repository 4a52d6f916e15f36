"""Softmax: scores to probabilities, and its logarithm."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.axis import resolve_axis
from philtre.ops.primitive import on_last_axis, operation


@operation("softmax", batch=on_last_axis, resolve=resolve_axis)
def softmax(x: Any, *, axis: int = -1) -> Any:
    """Turn scores into probabilities: exp(x) / sum(exp(x)) along an axis, without overflow.

    Args:
        x: float[...], scores.
        axis: the axis whose entries sum to 1.
    Returns:
        float[...], the shape and dtype of `x`; NaN in a score makes its whole group NaN.
    Reference: Axon.Activations.softmax; ONNX Softmax.
    """
    exponential = jnp.exp(_shifted(x, axis))
    return exponential / jnp.sum(exponential, axis=axis, keepdims=True)


@operation("log_softmax", batch=on_last_axis, resolve=resolve_axis)
def log_softmax(x: Any, *, axis: int = -1) -> Any:
    """Turn scores into logarithms of probabilities: x - log(sum(exp(x))) along an axis, without overflow.

    Args:
        x: float[...], scores.
        axis: the axis whose exponentials sum to 1.
    Returns:
        float[...], the shape and dtype of `x`; NaN in a score makes its whole group NaN.
    Reference: Axon.Activations.log_softmax; ONNX LogSoftmax.
    """
    shifted = _shifted(x, axis)
    return shifted - jnp.log(jnp.sum(jnp.exp(shifted), axis=axis, keepdims=True))


def _shifted(x: Any, axis: int) -> Any:
    return x - lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
