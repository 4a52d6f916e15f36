"""Root-mean-square normalisation over the last axis."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import on_last_axis, operation


@operation("rms_norm", batch=on_last_axis)
def rms_norm(x: Any, scale: Any, *, epsilon: float = 1e-5) -> Any:
    """Give the features of each row mean square 1, then scale them.

    x / sqrt(mean(x^2) + epsilon) * scale, over the last axis. float16 and bfloat16 are computed in float32.

    Args:
        x: float[..., d].
        scale: float[d], multiplies.
        epsilon: keeps rows of zeros finite.
    Returns:
        float[..., d], the dtype of `x`.
    Reference: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019; ONNX RMSNormalization.
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    wide = x.astype(dtype)
    square = jnp.mean(wide * wide, axis=-1, keepdims=True)
    return (wide * lax.rsqrt(square + jnp.asarray(epsilon, dtype)) * scale.astype(dtype)).astype(x.dtype)
