"""Batch normalisation in inference: the statistics are given."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import on_last_axis, operation


@operation("batch_norm", batch=on_last_axis)
def batch_norm(x: Any, mean: Any, variance: Any, scale: Any, bias: Any, *, epsilon: float = 1e-5) -> Any:
    """Standardise each channel by known statistics, then scale and shift it.

    (x - mean) / sqrt(variance + epsilon) * scale + bias. float16 and bfloat16 are computed in float32.

    Args:
        x: float[..., d].
        mean: float[d], running mean of each channel.
        variance: float[d], running variance.
        scale: float[d], multiplies.
        bias: float[d], adds.
        epsilon: keeps constant channels finite.
    Returns:
        float[..., d], the dtype of `x`.
    Reference: Ioffe and Szegedy, "Batch Normalization", 2015; ONNX BatchNormalization.
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    factor = scale.astype(dtype) * lax.rsqrt(variance.astype(dtype) + jnp.asarray(epsilon, dtype))
    return ((x.astype(dtype) - mean.astype(dtype)) * factor + bias.astype(dtype)).astype(x.dtype)
