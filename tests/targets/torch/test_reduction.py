"""Sums, products, extremes, positions: NaN wins, the first of equals is chosen, nothing has an identity."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.float32([[3, 1, 2, 3], [np.nan, -np.inf, np.inf, 0], [-0.0, 0.0, -1, -1]])
DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_along_rows_and_columns(agree, dtype):
    x = np.nan_to_num(X, posinf=100, neginf=50) if "int" in dtype else X
    functions = {}
    for name in ["sum", "prod", "max", "min", "argmax", "argmin"]:
        functions |= {f"{name}_rows": lambda x, name=name: getattr(jnp, name)(x, axis=1)}
    functions |= {
        "both": lambda x: lax.reduce_sum_p.bind(x, axes=(0, 1), out_sharding=None),
        "none": lambda x: x.sum(()),
    }
    agree(functions, x.astype(jnp.dtype(dtype)))
    columns = {name: lambda x, name=name: getattr(jnp, name)(x, axis=0) for name in ["sum", "prod", "max", "argmin"]}
    agree(columns, x.astype(jnp.dtype(dtype)), empty=False)


def test_nothing_has_an_identity(agree):
    agree(
        {
            "sum": lambda x: x.sum(0),
            "prod": lambda x: x.prod(0),
            "mean": lambda x: x.mean(0),
            "any": lambda x: (x > 0).any(0),
            "all": lambda x: (x > 0).all(0),
            "max": lambda x: jnp.max(x, 0, initial=-7),
            "most": lambda x: lax.reduce_max(x, (0,)),
            "least": lambda x: lax.reduce_min(x.astype(jnp.int8), (0,)),
        },
        np.float32([[1, 2], [3, 4]]),
    )


def test_booleans_and_bits(agree):
    agree(
        {
            "any": lambda x: (x > 2).any(axis=1),
            "all": lambda x: (x > 2).all(axis=1),
            "odd": lambda x: lax.reduce_xor(x > 2, axes=[1]),
            "and": lambda x: jnp.bitwise_and.reduce(x, axis=1),
            "or": lambda x: jnp.bitwise_or.reduce(x, axis=1),
            "xor": lambda x: jnp.bitwise_xor.reduce(x, axis=1),
            "first": lambda x: jnp.argmax(x > 2, axis=1),
            "count": lambda x: jnp.count_nonzero(x > 2, axis=1),
        },
        np.int32([[1, 2, 3], [7, 6, 5], [-1, 4, 0]]),
    )


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8", "uint32", "uint64", "bfloat16"])
def test_cumulative(agree, dtype):
    x = np.asarray([[3, 1, 2, 3], [0, 5, 4, 250]]).astype(jnp.dtype(dtype))
    functions = {}
    for reverse in (False, True):
        for name in ["cumsum", "cumprod", "cummax", "cummin"]:
            functions[f"{name}{reverse}"] = lambda x, name=name, r=reverse: getattr(lax, name)(x, axis=1, reverse=r)
    if dtype in ("float32", "bfloat16"):
        functions["log"] = lambda x: lax.cumlogsumexp(x, axis=1)
    agree(functions, x)


def test_cumulative_extremes_keep_nan(agree):
    agree({"max": lambda x: lax.cummax(x, axis=1), "min": lambda x: lax.cummin(x, axis=1, reverse=True)}, X)


def test_statistics(agree):
    x = np.linspace(-2, 3, 12, dtype=np.float32).reshape(3, 4)
    names = ["mean", "std", "var", "median", "ptp", "nanmean", "nansum", "nanmax", "average"]
    functions = {name: lambda x, name=name: getattr(jnp, name)(x, axis=1) for name in names}
    functions |= {
        "softmax": jax.nn.softmax,
        "logsumexp": lambda x: jax.nn.logsumexp(x, axis=1),
        "norm": lambda x: jnp.linalg.norm(x, axis=1),
    }
    agree(functions, x)
