"""Dropout: noise that trains a network not to lean on single features."""

from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.ops.primitive import operation


@operation("dropout")
def dropout(x: Any, key: Any = None, *, rate: float) -> Any:
    """Zero a share of the values at random and scale the others by 1 / (1 - rate); without a key, the identity.

    Args:
        x: float[...].
        key: a JAX random key, when training; None, in inference, leaves `x` as it is.
        rate: share of the values to zero, 0 <= rate < 1.
    Returns:
        float[...], the shape and dtype of `x`; its expectation is `x`.
    Raises:
        SignatureError: if `rate` is out of range.
    Targets: onnx without a key only.
    Reference: Srivastava et al., "Dropout", 2014; Axon.Layers.dropout.
    """
    if not 0 <= rate < 1:
        raise SignatureError("dropout", expected="a rate of at least 0 and below 1", got=str(rate))
    if key is None or rate == 0:
        return x
    kept = jax.random.bernoulli(key, jnp.float32(1 - rate), x.shape)
    return jnp.where(kept, x / jnp.asarray(1 - rate, x.dtype), jnp.zeros((), x.dtype))
