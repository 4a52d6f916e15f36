"""Where values belong among sorted edges."""

from typing import Any

import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, operation
from philtre.trace import is_symbolic

_FEW = 64


def _resolve(arrays: list[Any], options: Options) -> Options:
    if options["side"] not in ("left", "right"):
        raise SignatureError("searchsorted's side", expected='"left" or "right"', got=repr(options["side"]))
    if arrays[0].ndim != 1:
        raise SignatureError("searchsorted", expected="edges [k]", got=str(arrays[0].shape))
    return options


def _batch(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int] | None:
    (edges, x), (of_edges, mapped) = arrays, axes
    return None if of_edges is not None or mapped is None else ([edges, jnp.moveaxis(x, mapped, 0)], options, 0)


@operation("searchsorted", batch=_batch, resolve=_resolve)
def searchsorted(edges: Any, x: Any, *, side: str = "left") -> Any:
    """Count the sorted edges that lie before each value: where it would be inserted to keep them sorted.

    Args:
        edges: number[k], ascending, NaN last.
        x: number[...]; NaN comes after all numbers.
        side: "left" counts edges < x, "right" counts edges <= x.
    Returns:
        int32[...], 0 to k.
    Raises:
        SignatureError: if `side` is neither, or `edges` has more than one axis.
    Reference: numpy.searchsorted.
    """
    dtype = jnp.promote_types(edges.dtype, x.dtype)
    edges, x = edges.astype(dtype), x.astype(dtype)
    k = edges.shape[0]
    if is_symbolic(k) or k <= _FEW:
        return jnp.sum(_before(edges, x[..., None], side), axis=-1, dtype=jnp.int32)
    count = jnp.zeros(x.shape, jnp.int32)
    for step in (2**bit for bit in reversed(range(k.bit_length()))):
        further = count + jnp.int32(step)
        passed = _before(jnp.take(edges, further - jnp.int32(1), mode="clip"), x, side)
        count = jnp.where((further <= k) & passed, further, count)
    return count


def _before(edge: Any, x: Any, side: str) -> Any:
    """Whether an edge comes before a value in the order where NaN is last."""
    if not jnp.issubdtype(x.dtype, jnp.floating):
        return edge < x if side == "left" else edge <= x
    if side == "left":
        return (edge < x) | (jnp.isnan(x) & ~jnp.isnan(edge))
    return (edge <= x) | jnp.isnan(x)
