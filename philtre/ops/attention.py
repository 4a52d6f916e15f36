"""Scaled dot-product attention: masks, causality, a cache of keys, grouped heads."""

import functools
import math
import operator
from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, operation

_OWN = (3, 3, 3, 3, 1, 0)


def _resolve(arrays: list[Any], options: Options) -> Options:
    query, key, value, _, positions, _ = arrays
    heads, groups = query.shape[-2], key.shape[-2]
    if key.shape[-1] != query.shape[-1] or value.shape[-3:-1] != key.shape[-3:-1] or heads % groups:
        raise SignatureError(
            "attention", expected="query [..., t, heads, size], key [..., s, groups, size], value [..., s, groups, v]",
            got=f"{query.shape}, {key.shape}, {value.shape}", hint="heads is a multiple of groups",
        )  # fmt: skip
    if positions is not None and not options["causal"]:
        raise SignatureError("attention", expected="causal=True with positions", got="causal=False")
    scale = options["scale"]
    return options | {"scale": 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)}


def _batch(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int]:
    """Move mapped axes in front of all leading axes of any array; what is not mapped broadcasts."""
    ranks = [_rank(*each) for each in zip(arrays, axes, _OWN, strict=True)]
    lead = max(ranks[:3] + ranks[4:])
    moved = [_in_front(array, axis, own + lead) for array, axis, own in zip(arrays, axes, _OWN, strict=True)]
    return moved, options, 0


def _rank(array: Any, axis: int | None, own: int) -> int:
    """How many leading axes one example's array has."""
    return 0 if array is None else array.ndim - own - (axis is not None)


def _in_front(array: Any, axis: int | None, rank: int) -> Any:
    if array is None or axis is None:
        return array
    first = jnp.moveaxis(array, axis, 0)
    return first.reshape(first.shape[0], *(1,) * (rank - first.ndim + 1), *first.shape[1:])


@operation("attention", batch=_batch, resolve=_resolve)
def attention(
    query: Any,
    key: Any,
    value: Any,
    mask: Any = None,
    positions: Any = None,
    lengths: Any = None,
    *,
    causal: bool = False,
    scale: float | None = None,
) -> Any:
    """Answer each query with the mean of the values, weighed by the softmax of its products with the keys.

    softmax(query key^T * scale + mask) value, head by head. Fewer groups of keys than heads of queries are shared:
    head i reads group i // (heads / groups). Leading axes broadcast. Scores of float16 and bfloat16 are float32.

    Args:
        query: float[..., t, heads, size].
        key: float[..., s, groups, size].
        value: float[..., s, groups, v].
        mask: broadcasts to [..., heads, t, s]: bool, True where a query may see a key; or float, added to the scores.
        positions: int[..., t], where the queries stand among the keys, with `causal`; left out, they are the last t.
        lengths: int[...], how many of the keys exist, from the first on; left out, all.
        causal: a query sees no key beyond its position.
        scale: multiplies the products; None is 1 / sqrt(size).
    Returns:
        float[..., t, heads, v], the dtype of `query`; zeros for a query that may see no key.
    Raises:
        SignatureError: if the sizes do not fit, or `positions` come without `causal`.
    Reference: Vaswani et al., "Attention Is All You Need", 2017; ONNX Attention.
    """
    dtype = jnp.promote_types(query.dtype, jnp.float32)
    heads, groups = query.shape[-2], key.shape[-2]
    grouped = query.reshape(*query.shape[:-2], groups, heads // groups, query.shape[-1])
    products = jnp.einsum("...tgrd,...sgd->...grts", grouped, key.astype(query.dtype), preferred_element_type=dtype)
    scores = products.reshape(*products.shape[:-4], heads, *products.shape[-2:]) * jnp.asarray(scale, dtype)
    if mask is not None and mask.dtype != jnp.bool_:
        scores, mask = scores + mask.astype(dtype), None
    weights = _softmax(_hidden(scores, mask, positions, lengths, causal))
    shared = weights.reshape(*weights.shape[:-3], groups, heads // groups, *weights.shape[-2:]).astype(query.dtype)
    mean = jnp.einsum("...grts,...sgv->...tgrv", shared, value.astype(query.dtype), preferred_element_type=dtype)
    return mean.reshape(*mean.shape[:-3], heads, mean.shape[-1]).astype(query.dtype)


def _hidden(scores: Any, mask: Any, positions: Any, lengths: Any, causal: bool) -> Any:
    """Make the scores of keys that a query may not see -inf."""
    t, s = scores.shape[-2:]
    column = jnp.arange(s, dtype=jnp.int32)
    seen = [] if mask is None else [mask]
    if positions is not None:
        seen.append(column <= positions[..., None, :, None])
    elif causal:
        seen.append(column[::-1] >= jnp.arange(t, dtype=jnp.int32)[::-1, None])
    if lengths is not None:
        seen.append(column < lengths[..., None, None, None])
    return jnp.where(functools.reduce(operator.and_, seen), scores, -jnp.inf) if seen else scores


def _softmax(scores: Any) -> Any:
    """Softmax along the last axis, where a row of -inf gives zeros."""
    largest = jnp.max(scores, axis=-1, keepdims=True, initial=-jnp.inf)
    exponential = jnp.exp(scores - lax.stop_gradient(jnp.where(largest == -jnp.inf, jnp.zeros_like(largest), largest)))
    total = jnp.sum(exponential, axis=-1, keepdims=True)
    return exponential / jnp.where(total == 0, jnp.ones_like(total), total)
