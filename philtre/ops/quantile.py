"""Quantiles along an axis."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.axis import resolve_axis
from philtre.ops.primitive import Options, operation

_METHODS = ("linear", "lower", "higher", "nearest", "midpoint")


def _resolve(arrays: list[Any], options: Options) -> Options:
    if options["method"] not in _METHODS:
        raise SignatureError("quantile's method", expected=f"one of {', '.join(_METHODS)}", got=repr(options["method"]))
    return resolve_axis(arrays, options)


def _batch(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int] | None:
    """Move the mapped axis of x first; in the result it follows the axes of q."""
    (x, q), (mapped, of_q) = arrays, axes
    return None if mapped is None or of_q is not None else ([jnp.moveaxis(x, mapped, 0), q], options, q.ndim)


@operation("quantile", batch=_batch, resolve=_resolve)
def quantile(x: Any, q: Any, *, axis: int = -1, method: str = "linear", keepdims: bool = False) -> Any:
    """Find the values below which given shares of the entries along an axis lie.

    Share q stands at position q (n - 1) among the n sorted entries. float16 and bfloat16 are computed in float32.

    Args:
        x: number[...]; a NaN makes the quantiles of its group NaN.
        q: float[...], shares from 0 to 1.
        axis: the axis to sort along; an empty one gives NaN.
        method: between two entries, "linear" interpolates, "lower" and "higher" take one, "nearest" the closer
            (at the middle the one at an even place), "midpoint" their mean.
        keepdims: whether the axis stays, with size 1.
    Returns:
        float[*q, ...], the shape of `q` and then that of `x` without the axis; the dtype of `x`, float32 for integers.
    Raises:
        SignatureError: if there is no such method.
    Reference: numpy.quantile; Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996.
    """
    dtype = x.dtype if jnp.issubdtype(x.dtype, jnp.floating) else jnp.dtype(jnp.float32)
    wide = jnp.promote_types(dtype, jnp.float32)
    ordered = jnp.sort(jnp.moveaxis(x.astype(wide), axis, 0), axis=0)
    if x.shape[axis] == 0:
        found = jnp.full((*q.shape, *ordered.shape[1:]), jnp.nan, wide)
    else:
        found = jnp.where(jnp.isnan(ordered[-1]), jnp.asarray(jnp.nan, wide), _at(ordered, q.astype(wide), method))
    return (jnp.expand_dims(found, axis) if keepdims else found).astype(dtype)


def _at(ordered: Any, q: Any, method: str) -> Any:
    """Read the entries at the positions of q along the first axis."""
    end = jnp.asarray(ordered.shape[0] - 1).astype(q.dtype)
    position = jnp.clip(q, jnp.zeros((), q.dtype), jnp.ones((), q.dtype)) * end
    if method == "nearest":
        return _take(ordered, lax.round(position, lax.RoundingMethod.TO_NEAREST_EVEN))
    low, high = jnp.floor(position), jnp.ceil(position)
    if method == "lower":
        return _take(ordered, low)
    if method == "higher":
        return _take(ordered, high)
    share = jnp.where(low == high, jnp.zeros((), q.dtype), position - low if method == "linear" else q.dtype.type(0.5))
    share = share.reshape(*q.shape, *(1,) * (ordered.ndim - 1))
    below, above = _take(ordered, low), _take(ordered, high)
    return jnp.where(share == 0, below, below * (1 - share) + above * share)


def _take(ordered: Any, position: Any) -> Any:
    return jnp.take(ordered, position.astype(jnp.int32), axis=0, mode="clip")
