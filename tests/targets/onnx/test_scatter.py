"""Writing at computed positions: in range, out of range by JAX's rules, several times, with rows or none."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
X = np.arange(12, dtype=np.float32).reshape(3, 4)
X3 = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
K = np.int32([0, 3, 9, 3, -1, -9])
METHODS = ["set", "add", "subtract", "multiply", "max", "min"]


@pytest.mark.parametrize("dtype", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_integers_are_written_twice_and_wrap(agree, dtype):
    top = np.iinfo(dtype).max if dtype != "bool" else 1
    values = np.array([1, top, top, 2, max(top - 1, 0), 3], dtype)
    methods = METHODS if dtype != "bool" else ["set", "max", "min"]

    def write(method):
        start = np.array([top, 3, 0, 5], dtype)
        return lambda k, v: getattr(jnp.asarray(start).at[k], method)(v)

    agree({method: write(method) for method in methods}, K, values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_are_written_twice_and_nan_wins(agree, dtype):
    values = np.array([NAN, 2, 7, -INF, INF, 3], dtype)
    start = np.array([1, 2, NAN, 4, -0.0, INF], dtype)
    agree({m: lambda x, k, v, m=m: getattr(x.at[k], m)(v) for m in METHODS}, start, K, values)
    agree({m: lambda x, k, v, m=m: getattr(x.at[k], m)(v, mode="clip") for m in METHODS}, start, K, values)


def test_rows_columns_entries_and_blocks(agree):
    k, v = np.int32([0, 2, 5]), np.float32([10, 20, 30])
    agree(
        {
            "rows": lambda x, k, v: x.at[k].set(v[:, None]),
            "columns": lambda x, k, v: x.at[:, k].add(v[:, None]),
            "entries": lambda x, k, v: x.at[k, k].set(v),
            "column": lambda x, k, v: x.at[:, 1].set(v),
            "last": lambda x, k, v: x.at[:, -1].multiply(2),
            "block": lambda x, k, v: x.at[:, 1:3].set(0),
            "steps": lambda x, k, v: x.at[:, ::2].set(v[:, None]),
            "mapped": lambda x, k, v: jax.vmap(lambda row, i, n: row.at[i].set(n))(x, k, v),
            "summed": lambda x, k, v: jax.vmap(lambda row, i, n: row.at[i].add(n, mode="clip"))(x, k, v),
            "paired": lambda x, k, v: x.at[jnp.arange(x.shape[0]), k].max(v),
        },
        X,
        k,
        v,
    )


def test_windows_of_a_batch(agree):
    k = np.int32([[0, 1], [7, 1], [2, -2]])

    def windows(mode):
        numbers = lax.ScatterDimensionNumbers((1, 2), (), (1, 2), (0,), (0,))
        return lambda x, k: lax.scatter_add(x, k, x[:, :2, :3] * 10, numbers, mode=mode)

    agree(
        {
            "clip": windows("clip"),
            "drop": windows("drop"),
            "matrix_rows": lambda x, k: jax.vmap(lambda m, i: m.at[i].set(1))(x, k),
            "matrix_columns": lambda x, k: jax.vmap(lambda m, i: m.at[:, i].set(1))(x, k),
            "updates": lambda x, k: jax.vmap(lambda m, i: lax.dynamic_update_slice(m, m[:2, :2] + 9, (i[0], i[1])))(
                x, k
            ),
        },
        X3,
        k,
    )


def test_parts_of_axes_that_are_not_indexed(agree):
    numbers = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    agree(lambda x: lax.scatter_add(jnp.ones((4, 5)), jnp.array([[1], [1]]), x[:2, :3], numbers), X3[0], free=False)


@pytest.mark.parametrize("position", [0, 2, 3, 9, -1, -9])
def test_a_window_for_all_rows(agree, position):
    agree(
        {
            "column": lambda x, k: x.at[:, k].set(7),
            "window": lambda x, k: lax.dynamic_update_slice_in_dim(x, x[:, :2] + 5, k, 1),
            "whole": lambda x, k: lax.dynamic_update_slice_in_dim(x, x + 5, k, 1),
            "known": lambda x, k: lax.dynamic_update_slice_in_dim(x, x[:, :1] + 5, 2, 1),
        },
        X,
        np.int32(position),
    )


def test_a_window_that_is_open_on_two_sides(agree):
    agree(lambda x, i, j: lax.dynamic_update_slice(x, -x[:2, :3], (i, j)), X, np.int32(2), np.int32(0), free=False)


def test_gradients_of_reading(agree):
    agree(
        lambda x, k: jax.grad(lambda x: jnp.sum(x[k] ** 2))(x),
        np.float32([1, 2, 3, 4]),
        np.int32([0, 3, 3]),
        free=False,
    )


def test_nothing_is_written(agree):
    agree(lambda x: x.at[jnp.zeros((0,), int)].set(1.0), X)
    agree(lambda x: x.at[:, jnp.zeros((0,), int)].add(1.0), X)


def test_a_known_column_is_written_without_indices(convert):
    assert not {"ScatterElements", "Add", "Min"} & set(convert(lambda x: x.at[:, 2].set(0), X).operators)
