"""Sums, extremes and running ones: NaN wins, ties take the first, no entries give the identity."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
TABLE = [[NAN, 1, -2, 3], [0, -0.0, 5, 5], [-INF, 2, 2, 1]]
SIMPLE = ["sum", "prod", "max", "min"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int8", "int32", "uint64", "bool"])
def test_reductions(agree, dtype):
    x = np.array(np.nan_to_num(TABLE, neginf=0) if dtype[0] in "iu" else TABLE).astype(jnp.dtype(dtype))
    functions = {f"{name}_{axis}": lambda x, n=name, a=axis: getattr(jnp, n)(x, axis=a)
                 for name in [*SIMPLE, "any", "all", "argmax", "argmin", "mean"] for axis in (0, 1, None)}  # fmt: skip
    functions["both"] = lambda x: x.sum((0, 1))
    agree(functions, x, x64=True)


@pytest.mark.parametrize("dtype", ["float32", "int32", "bool"])
def test_no_entries(agree, dtype):
    functions = {name: lambda x, n=name: getattr(jnp, n)(x, axis=0) for name in ["sum", "prod", "any", "all"]}
    functions |= {"max": lambda x: lax.reduce_max(x, (0,)), "min": lambda x: lax.reduce_min(x, (0,))}
    agree(functions | {"rows": lambda x: x.sum(1), "mean": lambda x: x.mean()}, np.zeros((0, 3), dtype))


@pytest.mark.parametrize("dtype", ["bool", "int32", "uint8"])
def test_bits(agree, dtype):
    x = np.array([[5, 3, 1], [7, 6, 2]]).astype(dtype)
    functions = {name: lambda x, n=name: getattr(lax, n)(x, (1,)) for name in ["reduce_and", "reduce_or", "reduce_xor"]}
    agree(functions, x)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int8", "complex64"])
def test_running_reductions(agree, dtype, reverse):
    x = np.array([[1, -2, 3, 0.5], [2, 2, -1, 3], [0, 1, 4, 2]])
    x = (x + 1j if dtype == "complex64" else x).astype(jnp.dtype(dtype))
    names = ["cumsum", "cumprod"] + ["cummax", "cummin"] * (dtype != "complex64") + ["cumlogsumexp"] * (dtype != "int8")
    functions = {f"{n}_{a}": lambda x, n=n, a=a: getattr(lax, n)(x, a, reverse=reverse) for n in names for a in (0, 1)}
    agree(functions, x, tolerance=2e-2 if dtype in ("float16", "bfloat16") else 1e-5)


def test_running_extremes_keep_nan_and_minus_infinity(agree):
    names = ["cummax", "cummin", "cumlogsumexp", "cumsum"]
    agree({name: getattr(lax, name) for name in names}, np.float32([-INF, -INF, 1, NAN, 2, INF]))


@pytest.mark.parametrize("shape", [(5, 3), (1, 3), (0, 3), (7, 0)])
def test_reduction_by_a_function(agree, shape, random):
    x, k = random.normal(size=shape).astype(np.float32), random.integers(0, 9, shape).astype(np.int32)

    def larger(a, b):
        keep = (a[0] > b[0]) | (a[0] == b[0]) & (a[1] < b[1])
        return jnp.where(keep, a[0], b[0]), jnp.where(keep, a[1], b[1])

    functions = {
        "sum": lambda x, k: lax.reduce(x, jnp.float32(0), lambda a, b: a + b, (0,)),
        "product": lambda x, k: lax.reduce(k, jnp.int32(1), lambda a, b: a * b, (0, 1)),
        "largest": lambda x, k: lax.reduce((x, k), (jnp.float32(-INF), jnp.int32(9)), larger, (0,))[1],
    }
    agree(functions, x, k)
