"""The k largest values."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.axis import resolve_axis
from philtre.ops.primitive import Options, on_last_axis, operation
from philtre.trace import is_symbolic


def _resolve(arrays: list[Any], options: Options) -> Options:
    options = resolve_axis(arrays, options)
    size = arrays[0].shape[options["axis"]]
    if options["k"] < 0 or (not is_symbolic(size) and options["k"] > size):
        raise SignatureError("top_k", expected=f"a k from 0 to {size}", got=str(options["k"]))
    return options


@operation("top_k", batch=on_last_axis, resolve=_resolve)
def top_k(x: Any, *, k: int, axis: int = -1) -> Any:
    """Find the k largest values along an axis, largest first.

    Args:
        x: number[...]; NaN is the largest.
        k: how many.
        axis: the axis to look along.
    Returns:
        values [..., k, ...], the dtype of `x`; their indices, int32. Of equal values the first comes first.
    Raises:
        SignatureError: if the axis has fewer than `k` entries.
    Reference: jax.lax.top_k; ONNX TopK.
    """
    values, indices = lax.top_k(jnp.moveaxis(x, axis, -1), k)
    return jnp.moveaxis(values, -1, axis), jnp.moveaxis(indices, -1, axis)
