"""Layer normalisation over the last axis."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import on_last_axis, operation


@operation("layer_norm", batch=on_last_axis)
def layer_norm(x: Any, scale: Any, bias: Any, *, epsilon: float = 1e-5) -> Any:
    """Give the features of each row mean 0 and variance 1, then scale and shift them.

    (x - mean) / sqrt(variance + epsilon) * scale + bias, over the last axis. float16 and bfloat16 are computed in
    float32.

    Args:
        x: float[..., d].
        scale: float[d], multiplies.
        bias: float[d], adds.
        epsilon: keeps constant rows finite.
    Returns:
        float[..., d], the dtype of `x`.
    Reference: Ba, Kiros and Hinton, "Layer Normalization", 2016; ONNX LayerNormalization.
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    wide = x.astype(dtype)
    centred = wide - jnp.mean(wide, axis=-1, keepdims=True)
    variance = jnp.mean(centred * centred, axis=-1, keepdims=True)
    normal = centred * lax.rsqrt(variance + jnp.asarray(epsilon, dtype))
    return (normal * scale.astype(dtype) + bias.astype(dtype)).astype(x.dtype)
