"""Attention as ONNX's operator (operator set 23): all that hides keys becomes one mask.

onnxruntime's kernel wants a mask of every query, not one that broadcasts along them; it keeps float64 in float32; and
it refuses an empty batch, which an executable answers without running it. A query that sees no key gets zeros, as here.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.layout import positions as places_of
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value, is_one


@kernel("attention")
def _attention(
    g: Graph,
    query: Value,
    key: Value,
    value: Value,
    mask: Value | None,
    positions: Value | None,
    lengths: Value | None,
    *,
    causal: bool,
    scale: float,
) -> Value | None:
    lead, (t, heads, _), (s, groups, width) = query.shape[:-3], query.shape[-3:], value.shape[-3:]
    same = lead == key.shape[:-3] == value.shape[:-3]
    if not same or not g.offers("Attention", query.dtype) or any(_is_none(size) for size in (*query.shape, s, width)):
        return None
    hidden = _mask(g, query, key, mask, positions, lengths, causal)
    if hidden is not None and len(hidden.shape) > len(lead) + 3:
        return None
    batch = math.prod(lead)
    inputs = [_merged(g, g.cast(each, query.dtype), batch) for each in (query, key, value)]
    if hidden is not None:
        inputs.append(_of_each_query(g, hidden, lead, (t, s)))
    own: dict[str, Any] = {"is_causal": 1} if causal and positions is None and t == s else {}
    made = g.node(
        "Attention", inputs, (batch, t, heads * width), query.dtype,
        q_num_heads=heads, kv_num_heads=groups, scale=scale, **own,
    )  # fmt: skip
    return g.reshape(made, (*lead, t, heads, width))


def _is_none(size: Any) -> bool:
    return isinstance(size, int) and size == 0


def _merged(g: Graph, value: Value, batch: Any) -> Value:
    *_, rows, heads, width = value.shape
    return g.full(g.reshape(value, (batch, rows, heads * width)))


def _mask(
    g: Graph, query: Value, key: Value, mask: Value | None, positions: Value | None, lengths: Value | None, causal: bool
) -> Value | None:
    """Which keys are seen, or what is added to their scores; the plain causal mask is the operator's own."""
    t, s = query.shape[-3], key.shape[-3]
    column = functools.partial(places_of, g, s)
    seen = [mask] if mask is not None and mask.dtype == np.bool_ else []
    if positions is not None:
        places = g.reshape(g.cast(positions, np.int64), (*positions.shape[:-1], 1, t, 1))
        seen.append(g.compare("LessOrEqual", column(), places))
    elif causal and t != s:
        last = g.apply("Add", g.reshape(places_of(g, t), (t, 1)), g.sizes([s - t]))
        seen.append(g.compare("LessOrEqual", column(), last))
    if lengths is not None:
        count = g.reshape(g.cast(lengths, np.int64), (*lengths.shape, 1, 1, 1))
        seen.append(g.compare("Less", column(), count))
    both = functools.reduce(functools.partial(g.apply, "And"), seen) if seen else None
    if mask is None or mask.dtype == np.bool_:
        return both
    mask = g.cast(mask, query.dtype)
    return mask if both is None else g.where(both, mask, g.number(-np.inf, mask))


def _of_each_query(g: Graph, mask: Value, lead: Sequence[Any], tail: tuple[Any, Any]) -> Value:
    """Give a mask four axes, and its own entry to each query and key."""
    shape = (*(1,) * (len(lead) + 3 - len(mask.shape)), *mask.shape)
    ours = (1,) * len(lead) if all(map(is_one, shape[:-3])) else tuple(lead)
    full = g.full(replace(mask, shape=(*ours, shape[-3], *tail)))
    return g.reshape(full, (math.prod(ours), shape[-3], *tail))
