"""Embedding: a vector for each code."""

from typing import Any

import jax.numpy as jnp

from philtre.ops.primitive import on_last_axis, operation


@operation("embedding", batch=on_last_axis)
def embedding(codes: Any, table: Any) -> Any:
    """Take the rows of a table by their numbers.

    Codes out of range are those of `jnp.take`: -1 to -k count from the end; beyond that the row is NaN, in a
    table of integers the smallest number.

    Args:
        codes: int[...], 0 to k - 1.
        table: [k, d], one row per code.
    Returns:
        [..., d], the dtype of `table`.
    Reference: Axon.Layers.embedding; ONNX Gather.
    """
    return jnp.take(table, codes.astype(jnp.promote_types(codes.dtype, jnp.int32)), axis=0, mode="fill")
