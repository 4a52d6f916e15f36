"""Sorting: stable, NaN last, several keys; the largest k, the first of equals first."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.float32([[3, 1, 2, 1], [np.nan, -np.inf, np.inf, 0], [-0.0, 0.0, -1, 0.0]])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int8", "uint8", "uint32", "uint64", "int64", "bool"])
def test_orders(agree, dtype):
    x = np.asarray(jnp.asarray(np.nan_to_num(X, posinf=9, neginf=-9)), jnp.dtype(dtype))
    agree(
        {
            "sort": lambda x: jnp.sort(x, axis=1),
            "down": lambda x: jnp.sort(x, axis=1, descending=True),
            "rows": lambda x: jnp.sort(x, axis=0),
            "places": lambda x: jnp.argsort(x, axis=1),
            "largest": lambda x: lax.top_k(x, 2)[0] if x.dtype != bool else x,
            "where": lambda x: lax.top_k(x, 3)[1] if x.dtype != bool else x,
        },
        x,
    )


def test_nan_and_zeros(agree):
    agree(
        {
            "sort": lambda x: jnp.sort(x, axis=1),
            "places": lambda x: jnp.argsort(x, axis=1),
            "top": lambda x: lax.top_k(x, 4)[1],
        },
        X,
    )


def test_several_keys(agree):
    a, b = np.int32([2, 1, 2, 1, 2]), np.float32([5, 4, 3, np.nan, 1])
    c = np.arange(5, dtype=np.int32)
    agree(
        {
            "one": lambda a, b, c: lax.sort((a, b, c), num_keys=1)[2],
            "two": lambda a, b, c: lax.sort((a, b, c), num_keys=2)[2],
            "lexicographic": lambda a, b, c: jnp.lexsort((b, a)),
            "unique": lambda a, b, c: jnp.unique(a, size=3),
            "median": lambda a, b, c: jnp.median(a),
            "quantile": lambda a, b, c: jnp.nanquantile(b, 0.3),
            "found": lambda a, b, c: jnp.searchsorted(c, a),
        },
        a, b, c, free=False,
    )  # fmt: skip


def test_complex_numbers(agree):
    agree(jnp.sort, np.complex64([1 + 1j, 1 - 1j, -2, 5j]), free=False)
