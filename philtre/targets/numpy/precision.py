"""Floats of 16 and 8 bits are computed in float32 and rounded at the end, as XLA does."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from philtre.fields import Array


def is_float(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is a real float, bfloat16 and its smaller kin included."""
    return bool(jnp.issubdtype(dtype, np.floating))


def is_complex(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is complex."""
    return dtype.kind == "c"


def wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype to compute in: float32 for small floats, int8 or uint8 for integers of 4 bits and fewer."""
    if is_float(dtype) and dtype.itemsize < 4:
        return np.dtype(np.float32)
    if dtype.kind == "V":
        return np.dtype(np.uint8 if dtype.name.startswith("u") else np.int8)
    return dtype


def widened(array: Array) -> Array:
    """An array in the dtype to compute in."""
    return array.astype(wide(array.dtype), copy=False)


def lowest(dtype: np.dtype[Any]) -> Any:
    """The value that every other is at least: minus infinity, the smallest integer, false."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min
    return False if dtype.kind == "b" else -np.inf


def highest(dtype: np.dtype[Any]) -> Any:
    """The value that every other is at most."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).max
    return True if dtype.kind == "b" else np.inf
