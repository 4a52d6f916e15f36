"""Reductions under sliding windows, their gradients, and combinations of one's own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = ((np.arange(2 * 6 * 7 * 3) * 7 % 31) - 15).reshape(2, 6, 7, 3).astype(np.float32)


def pooled(combine, start, window=(1, 2, 3, 1), strides=(1, 2, 2, 1), padding="VALID", **options):
    return lambda x: lax.reduce_window(x, x.dtype.type(start), combine, window, strides, padding, **options)


LIMITS = {"float32": (-np.inf, np.inf), "int32": (-(2**31), 2**31 - 1), "uint8": (0, 255), "uint32": (0, 2**32 - 1)}


@pytest.mark.parametrize("dtype", LIMITS)
def test_pools(agree, dtype):
    low, high = LIMITS[dtype]
    functions = {}
    for name, combine, start in [("max", lax.max, low), ("min", lax.min, high), ("sum", lax.add, 0)]:
        functions |= {
            name: pooled(combine, start),
            f"{name}_same": pooled(combine, start, padding="SAME"),
            f"{name}_even": pooled(combine, start, padding=((0, 0), (1, 1), (1, 1), (0, 0))),
            f"{name}_wide": pooled(combine, start, padding=((0, 0), (3, 1), (0, 4), (0, 0))),
            f"{name}_spread": pooled(combine, start, base_dilation=(1, 2, 1, 1), window_dilation=(1, 1, 2, 1)),
            f"{name}_all": pooled(combine, start, window=(1, 2, 2, 2), strides=(1, 1, 1, 1)),
        }
    agree(functions, X.astype(dtype))


def test_pools_along_one_axis_and_many(agree):
    agree(
        {"one": pooled(lax.max, -np.inf, (1, 2), (1, 1)), "none": pooled(lax.max, -np.inf, (1, 1), (1, 1))},
        X[:, :, 0, 0],
    )
    agree(pooled(lax.max, -np.inf, (1, 2, 2, 2), (1, 1, 2, 1)), X)


def test_means_of_windows(agree):
    def mean(x):
        total = lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")
        return total / lax.reduce_window(jnp.ones_like(x), 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")

    agree(mean, X)


@pytest.mark.parametrize("padding", ["VALID", "SAME"])
def test_gradients(agree, padding):
    small = X[:, :, :, :2]
    ties = np.floor(small / 6)
    for combine, start in [(lax.max, -np.inf), (lax.min, np.inf), (lax.add, 0.0)]:
        function = pooled(combine, start, padding=padding)
        agree(jax.grad(lambda x, f=function: (f(x) ** 2).sum()), ties, free=False)
        agree(lambda x, f=function: jax.jvp(f, (x,), (jnp.sin(x),))[1], ties, free=False)


def test_nan_wins(agree):
    x = X.copy()
    x[0, 1, 1, 0] = np.nan
    agree({"max": pooled(lax.max, -np.inf), "min": pooled(lax.min, np.inf)}, x)


def test_combinations_of_ones_own(agree):
    def product(a, b):
        return a * b + 0.5 * a

    agree(
        {
            "reduce": lambda x: lax.reduce(x, jnp.float32(1), lambda a, b: a * b, (1,)),
            "window": lambda x: lax.reduce_window(x, jnp.float32(1), lambda a, b: a * b, (1, 2), (1, 1), "VALID"),
            "pair": lambda x: lax.reduce(
                (x, 2 * x), (jnp.float32(0), jnp.float32(1)), lambda a, b: (a[0] + b[0], a[1] * b[1]), (1,)
            )[1],
        },
        X[:, :3, 0, 0] / 10,
        empty=False,
    )
