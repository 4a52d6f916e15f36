"""The logarithm of a sum of exponentials."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.axis import from_end
from philtre.ops.primitive import Options, on_last_axis, operation


def _resolve(arrays: list[Any], options: Options) -> Options:
    axis, rank = options["axis"], arrays[0].ndim
    axes = range(rank) if axis is None else [axis] if isinstance(axis, int) else axis
    return options | {"axis": tuple(sorted(from_end(each, rank) for each in axes))}


@operation("logsumexp", batch=on_last_axis, resolve=_resolve)
def logsumexp(x: Any, *, axis: int | tuple[int, ...] | None = -1, keepdims: bool = False) -> Any:
    """Add in the space of logarithms: log(sum(exp(x))) along axes, without overflow.

    Args:
        x: float[...].
        axis: the axis or axes to add along; None for all.
        keepdims: whether these axes stay, with size 1.
    Returns:
        float[...], the dtype of `x`; -inf where nothing is added.
    Reference: jax.nn.logsumexp; ONNX ReduceLogSumExp.
    """
    largest = jnp.max(x, axis=axis, keepdims=True, initial=-jnp.inf)
    shift = lax.stop_gradient(jnp.where(jnp.isfinite(largest), largest, jnp.zeros((), x.dtype)))
    total = jnp.log(jnp.sum(jnp.exp(x - shift), axis=axis, keepdims=True)) + shift
    return total if keepdims else jnp.squeeze(total, axis)
