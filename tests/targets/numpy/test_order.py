"""Sorting is stable, NaN comes last, zeros of both signs are equal; the largest come with their places."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
VALUES = [3, NAN, -0.0, 0.0, INF, -INF, 3, -NAN, 1, 0.0, -0.0]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_floats(agree, dtype):
    x = np.array(VALUES).astype(jnp.dtype(dtype))
    functions = {
        "sort": jnp.sort,
        "places": jnp.argsort,
        "down": lambda x: jnp.argsort(x, descending=True),
        "top": lambda x: lax.top_k(x, 4)[0],
        "top_places": lambda x: lax.top_k(x, 7)[1],
        "signs": lambda x: jnp.signbit(jnp.sort(x)),
    }
    agree(functions, x, x64=dtype == "float64")


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "int32"])
def test_integers(agree, dtype):
    x = np.array([[3, 0, 1, 255, 3, 0], [1, 1, 0, 0, 2, 2]]).astype(dtype)
    functions = {"rows": jnp.sort, "columns": lambda x: jnp.sort(x, 0), "places": jnp.argsort}
    functions["top"] = lambda x: lax.top_k(x, 3)[1]
    agree(functions, x)


def test_several_keys_carry_the_rest_along(agree, random):
    a, b, c = random.integers(0, 3, (3, 20)).astype(np.int32)
    b = np.where(b == 0, NAN, b).astype(np.float32)
    for keys in (1, 2, 3):
        agree({f"{i}": lambda *x, i=i, keys=keys: lax.sort(x, num_keys=keys)[i] for i in range(3)}, a, b, c)


def test_complex_numbers_sort_by_their_parts(agree):
    agree(jnp.sort, np.complex64([1 + 2j, 1 + 1j, 0, NAN, -1 + 5j, 1 - 1j]))


def test_approximate_ones_are_exact(agree):
    x = np.float32([3, 1, 4, 1, 5, 9, 2, 6])
    agree({"max": lambda x: lax.approx_max_k(x, 3)[0], "min": lambda x: lax.approx_min_k(x, 3)[1]}, x)


def test_along_other_axes_and_of_nothing(agree):
    x = np.float32([[3, 1], [2, 5], [9, 0]])
    agree({"top": lambda x: lax.top_k(x.T, 2)[1], "first": lambda x: lax.top_k(x, 2, axis=0)[0]}, x)
    agree({"sort": jnp.sort, "none": lambda x: lax.top_k(x, 0)[0]}, np.zeros((2, 0), np.float32))


def test_searching_and_ranking_are_made_of_these(agree):
    x = np.float32([1, 5, 2, 2, 8])
    functions = {
        "search": lambda x: jnp.searchsorted(jnp.sort(x), jnp.float32([0, 2, 9, NAN])),
        "median": jnp.median,
        "quantile": lambda x: jnp.quantile(x, jnp.float32([0.1, 0.9])),
        "unique": lambda x: jnp.unique(x, size=6),
        "lexsort": lambda x: jnp.lexsort((x, -x)),
        "nonzero": lambda x: jnp.nonzero(x > 2, size=4)[0],
    }
    agree(functions, x)
