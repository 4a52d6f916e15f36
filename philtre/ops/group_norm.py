"""Group normalisation: statistics of each example's runs of channels."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, on_last_axis, operation


def _resolve(arrays: list[Any], options: Options) -> Options:
    x, space, groups = arrays[0], options["space"], options["groups"]
    if groups < 1 or x.shape[-1] % groups:
        raise SignatureError("group_norm", expected=f"groups that divide {x.shape[-1]} channels", got=str(groups))
    space = x.ndim - 2 if space is None else space
    if not 0 <= space <= x.ndim - 1:
        raise SignatureError("group_norm", expected="a batch, or a number of space axes", got=f"rank {x.ndim}")
    return options | {"space": space}


@operation("group_norm", batch=on_last_axis, resolve=_resolve)
def group_norm(x: Any, scale: Any, bias: Any, *, groups: int, space: Any = None, epsilon: float = 1e-5) -> Any:
    """Give each run of channels of an example mean 0 and variance 1 over space, then scale and shift its channels.

    One group is layer normalisation over space and channels, a group per channel is instance normalisation.
    float16 and bfloat16 are computed in float32.

    Args:
        x: float[..., *space, d].
        scale: float[d], multiplies.
        bias: float[d], adds.
        groups: number of runs, a divisor of d.
        space: number of axes before the last that share statistics; None is all but the first, the batch.
        epsilon: keeps constant groups finite.
    Returns:
        float[..., *space, d], the dtype of `x`.
    Raises:
        SignatureError: if `groups` does not divide d.
    Reference: Wu and He, "Group Normalization", 2018; ONNX GroupNormalization.
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    wide = x.astype(dtype).reshape(*x.shape[:-1], groups, x.shape[-1] // groups)
    axes = (*range(-2 - space, -2), -1)
    centred = wide - jnp.mean(wide, axis=axes, keepdims=True)
    variance = jnp.mean(centred * centred, axis=axes, keepdims=True)
    normal = (centred * lax.rsqrt(variance + jnp.asarray(epsilon, dtype))).reshape(x.shape)
    return (normal * scale.astype(dtype) + bias.astype(dtype)).astype(x.dtype)
