"""Writing at computed positions: what is out of range is dropped, what is named twice counts twice."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.arange(12, dtype=np.float32).reshape(3, 4)
X3 = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8", "uint32", "uint64", "bfloat16", "float64"])
@pytest.mark.parametrize("mode", ["drop", "clip"])
def test_updates_in_and_out_of_range(agree, dtype, mode):
    k = np.int32([0, 2, 2, 9, -1, -12])

    def updated(method):
        def function(x, k):
            return getattr(x.at[:, k], method)(jnp.arange(1, 7).astype(x.dtype), mode=mode)

        return function

    x = np.asarray(jnp.asarray(X), dtype=jnp.dtype(dtype))
    methods = ["add", "subtract", "multiply", "min", "max"]
    functions = {method: updated(method) for method in methods}
    functions["set"] = lambda x, k: x.at[:, k[1:5]].set(jnp.full(4, 7, x.dtype), mode=mode)
    agree(functions, x, k, free=False)


def test_forms(agree):
    agree(
        {
            "column": lambda x: x.at[:, 2].set(0),
            "pairs": lambda x: x.at[jnp.array([0, 1]), jnp.array([3, 3])].add(1),
            "rows": lambda x: x.at[jnp.array([2, 0])].set(jnp.ones((2, 4, 5))),
            "block": lambda x: x.at[:, 1:3, 2].multiply(2),
            "entry": lambda x: x.at[0, 1, 2].set(-1),
            "mapped": lambda x: jax.vmap(lambda r, i: r.at[i].add(1))(x, jnp.arange(3) + 2),
            "gradient": lambda x: jax.grad(lambda x: (x[:, jnp.array([1, 1])] ** 2).sum())(x),
            "applied": lambda x: x.at[:, jnp.array([1, 1])].apply(lambda v: v * 2 + 1),
        },
        X3,
        free=False,
    )


def test_a_free_batch(agree):
    agree(
        {
            "column": lambda x: x.at[:, 2].set(0),
            "known": lambda x: x.at[:, jnp.array([3, 0, 0])].add(1),
            "own": lambda x: x.at[jnp.arange(x.shape[0]), 2].add(1),
            "gradient": lambda x: jax.grad(lambda x: (jnp.take_along_axis(x, x.astype(int) % 4, 1) ** 2).sum())(x),
        },
        X,
    )


def test_windows_stay_inside(agree):
    agree(
        {
            "one": lambda x, i: lax.dynamic_update_slice_in_dim(x, jnp.ones((3, 2)), i, axis=1),
            "both": lambda x, i: lax.dynamic_update_slice(x, jnp.ones((2, 2)), (i, i)),
            "whole": lambda x, i: lax.dynamic_update_slice(x, 2 * x, (i, i)),
            "entry": lambda x, i: x.at[i, 1].set(5),
        },
        X,
        np.int32(7),
        free=False,
    )


def test_a_general_scatter(agree):
    numbers = lax.ScatterDimensionNumbers((1, 2), (), (1, 0))
    where = np.int32([[0, 0], [2, 1], [3, 2], [-1, 0]])

    def scattered(mode):
        return lambda x, k: lax.scatter_add(x, k, jnp.ones((4, 2, 2)), numbers, mode=mode)

    agree({mode: scattered(mode) for mode in ("clip", "drop")}, X, where, free=False)


def test_nan_wins_and_booleans(agree):
    x, k = np.float32([1, np.nan, 3, 4]), np.int32([0, 1, 2, 2])
    update = jnp.float32([np.nan, 1, 2, 9])
    agree({"min": lambda x, k: x.at[k].min(update), "max": lambda x, k: x.at[k].max(update)}, x, k, free=False)
    agree({"set": lambda x: x.at[1].set(True), "some": lambda x: x.at[:1].set(False)}, x > 2, free=False)
