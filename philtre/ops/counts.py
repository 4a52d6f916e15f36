"""Counts: how often each code occurs in a row."""

from typing import Any

import jax.numpy as jnp

from philtre.ops.primitive import on_last_axis, operation


@operation("counts", batch=on_last_axis)
def counts(codes: Any, *, k: int) -> Any:
    """Count the codes 0 to k - 1 along the last axis; all others, such as -1 for padding, do not count.

    Args:
        codes: int[..., t].
        k: the number of codes (>= 1).
    Returns:
        float32[..., k].
    Reference: numpy.bincount of each row; ONNX ScatterElements with reduction "add".
    """
    rows = codes.astype(jnp.promote_types(codes.dtype, jnp.int32)).reshape(-1, codes.shape[-1])
    place = jnp.where((rows >= 0) & (rows < k), rows, k)
    own = jnp.arange(rows.shape[0], dtype=jnp.int32)[:, None]
    table = jnp.zeros((rows.shape[0], k), jnp.float32).at[own, place].add(jnp.float32(1), mode="drop")
    return table.reshape(*codes.shape[:-1], k)
