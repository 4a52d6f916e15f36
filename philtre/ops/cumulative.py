"""Running sums, products and extremes along an axis."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.axis import resolve_axis
from philtre.ops.primitive import on_last_axis, operation


@operation("cumulative_sum", batch=on_last_axis, resolve=resolve_axis)
def cumulative_sum(x: Any, *, axis: int = -1, reverse: bool = False, exclusive: bool = False) -> Any:
    """Add up what comes before each entry and the entry itself.

    Args:
        x: number[...].
        axis: the axis to walk along.
        reverse: walk from the end.
        exclusive: leave the entry itself out: sums start with 0.
    Returns:
        number[...], the shape and dtype of `x`; integers wrap.
    Reference: numpy.cumulative_sum; ONNX CumSum.
    """
    place = axis + x.ndim
    if exclusive:
        edges = [(0, 0, 0)] * x.ndim
        edges[place] = (-1, 1, 0) if reverse else (1, -1, 0)
        x = lax.pad(x, jnp.zeros((), x.dtype), edges)
    return lax.cumsum(x, axis=place, reverse=reverse)


@operation("cumulative_product", batch=on_last_axis, resolve=resolve_axis)
def cumulative_product(x: Any, *, axis: int = -1, reverse: bool = False) -> Any:
    """Multiply what comes before each entry and the entry itself.

    Args:
        x: number[...].
        axis: the axis to walk along.
        reverse: walk from the end.
    Returns:
        number[...], the shape and dtype of `x`; integers wrap.
    Reference: numpy.cumulative_prod.
    """
    return lax.cumprod(x, axis=axis + x.ndim, reverse=reverse)


@operation("cumulative_max", batch=on_last_axis, resolve=resolve_axis)
def cumulative_max(x: Any, *, axis: int = -1, reverse: bool = False) -> Any:
    """Find the largest of what comes before each entry and the entry itself.

    Args:
        x: number[...]; from a NaN on all is NaN.
        axis: the axis to walk along.
        reverse: walk from the end.
    Returns:
        number[...], the shape and dtype of `x`.
    Reference: numpy.maximum.accumulate.
    """
    return lax.cummax(x, axis=axis + x.ndim, reverse=reverse)


@operation("cumulative_min", batch=on_last_axis, resolve=resolve_axis)
def cumulative_min(x: Any, *, axis: int = -1, reverse: bool = False) -> Any:
    """Find the smallest of what comes before each entry and the entry itself.

    Args:
        x: number[...]; from a NaN on all is NaN.
        axis: the axis to walk along.
        reverse: walk from the end.
    Returns:
        number[...], the shape and dtype of `x`.
    Reference: numpy.minimum.accumulate.
    """
    return lax.cummin(x, axis=axis + x.ndim, reverse=reverse)
