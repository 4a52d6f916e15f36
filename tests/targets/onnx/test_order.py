"""Sorting is stable, and NaN comes last."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.array([[3, 1, np.nan, 1, np.inf], [-0.0, 0, -1, np.nan, -np.inf], [np.nan, np.inf, np.nan, 2, 2]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "int64", "bool"])
def test_sorting_rows(agree, dtype):
    x = X.astype(dtype) if dtype.startswith("float") else np.nan_to_num(X, posinf=9, neginf=-9).astype(dtype)
    agree({"sort": lambda x: jnp.sort(x, axis=1), "argsort": lambda x: jnp.argsort(x, axis=1)}, x)


def test_sorting_the_batch_and_several_keys(agree):
    agree(lambda x: jnp.sort(x, axis=0), X.astype(np.float32))
    a, b = np.int32([2, 1, 2, 1]), np.float32([5, 6, 4, np.nan])
    agree({"order": lambda a, b: jnp.lexsort((b, a)), "pair": lambda a, b: lax.sort((a, b), num_keys=2)[1]}, a, b)


def test_medians(agree):
    agree(lambda x: jnp.median(x, axis=1), np.float32([[3, 1, 2], [np.nan, 1, 2]]))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "uint32"])
def test_the_largest_entries(agree, dtype):
    x = X.astype(dtype) if dtype.startswith("float") else np.nan_to_num(X, posinf=9, neginf=0).astype(dtype)
    agree(
        {
            "values": lambda x: lax.top_k(x, 3)[0],
            "places": lambda x: lax.top_k(x, 4)[1],
            "columns": lambda x: lax.top_k(x.T, 2, axis=0)[1],
            "smallest": lambda x: lax.approx_min_k(jnp.nan_to_num(x.astype(jnp.float32)), 1)[0],
        },
        x,
    )


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_integers_beyond_53_bits(agree, dtype):
    top = np.iinfo(dtype).max
    x = np.array([[top, top - 1, top - 2, 2**53 + 1, 2**53], [0, 2**53, 2**53 + 1, 2**62 + 1, 2**62]], dtype)
    agree(
        {
            "sort": lambda x: jnp.sort(x, axis=1),
            "argsort": lambda x: jnp.argsort(x, axis=1, descending=True),
            "top": lambda x: lax.top_k(x, 3)[0],
            "largest": lambda x: jnp.max(x, axis=1),
            "smallest": lambda x: jnp.min(x, axis=1),
            "argmax": lambda x: jnp.argmax(x, axis=1),
            "argmin": lambda x: jnp.argmin(x, axis=1),
        },
        x,
    )
