"""Softmax: scores to probabilities."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import Options, on_last_axis, operation


def _batch(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int] | None:
    """Move the mapped axis first and count the softmax axis from the end, where the move does not shift it."""
    axis = options["axis"]
    moved = on_last_axis(arrays, axes, options)
    return moved and (moved[0], options | {"axis": axis if axis < 0 else axis + 1}, 0)


@operation("softmax", batch=_batch)
def softmax(x: Any, *, axis: int = -1) -> Any:
    """Turn scores into probabilities: exp(x) / sum(exp(x)) along an axis, without overflow.

    Args:
        x: float[...], scores.
        axis: the axis whose entries sum to 1.
    Returns:
        float[...], the shape and dtype of `x`; NaN in a score makes its whole group NaN.
    Reference: Axon.Activations.softmax; ONNX Softmax.
    """
    shifted = x - lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    exponential = jnp.exp(shifted)
    return exponential / jnp.sum(exponential, axis=axis, keepdims=True)
