"""Reading at computed positions: in range, out of range by JAX's rules, negative, with rows or none."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre.errors import UnsupportedError

X = np.arange(12, dtype=np.float32).reshape(3, 4)
X3 = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
TABLE = np.arange(18, dtype=np.float32).reshape(6, 3)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_rows_of_a_table(agree, dtype):
    positions = np.array([0, 5, 2, 6, 100, -1, -6, -7, -100]).astype(dtype)
    table = jnp.asarray(TABLE)
    agree(
        {
            "fill": lambda k: jnp.take(table, k, axis=0),
            "clip": lambda k: jnp.take(table, k, axis=0, mode="clip"),
            "given": lambda k: jnp.take(table, k, axis=0, mode="fill", fill_value=-1),
            "plain": lambda k: table[k],
            "column": lambda k: table[:, 1][k],
            "entries": lambda k: table[k, k % 3],
            "filled_entries": lambda k: table.at[k, k].get(mode="fill"),
        },
        positions,
    )


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "bool"])
def test_integers_out_of_range_are_filled_with_their_limit(agree, dtype):
    table = np.array([1, 0, 1, 1]).astype(dtype)
    agree(lambda k: jnp.take(jnp.asarray(table), k), np.int32([0, 3, 4, -5, 2**31 - 1]))
    agree(lambda k: jnp.take(jnp.asarray(table), k), np.array([0, 2**32 - 1, -(2**63)]))


def test_one_entry_of_each_row(agree):
    k = np.int32([0, 3, -1])
    agree(
        {
            "along": lambda x, k: jnp.take_along_axis(x, k[:, None], axis=1),
            "mapped": lambda x, k: jax.vmap(lambda row, i: row[i])(x, k),
            "paired": lambda x, k: x[jnp.arange(x.shape[0]), k],
            "largest": lambda x, _: jnp.take_along_axis(x, jnp.argmax(x, 1, keepdims=True), axis=1),
        },
        X,
        k,
    )


def test_positions_in_a_batch_of_matrices(agree):
    k = np.int32([[0, 1], [7, 1], [2, -2]])
    agree(
        {
            "rows": lambda x, k: jax.vmap(lambda m, i: m[i])(x, k),
            "columns": lambda x, k: jax.vmap(lambda m, i: m[:, i])(x, k),
            "along": lambda x, k: jnp.take_along_axis(x, k[:, :, None], axis=1),
            "last": lambda x, k: jnp.take_along_axis(x, k[:, None, :], axis=2),
            "table": lambda _, k: jnp.asarray(TABLE)[k],
            "windows": lambda x, k: jax.vmap(lambda m, i: lax.dynamic_slice(m, (i[0], i[1]), (2, 3)))(x, k),
        },
        X3,
        k,
    )


@pytest.mark.parametrize("position", [0, 2, 3, 9, -1, -9])
def test_one_position_for_all_rows(agree, position):
    agree(
        {
            "column": lambda x, k: x[:, k],
            "window": lambda x, k: lax.dynamic_slice_in_dim(x, k, 2, 1),
            "single": lambda x, k: lax.dynamic_index_in_dim(x, k, 1),
            "whole": lambda x, k: lax.dynamic_slice_in_dim(x, k, 4, 1),
        },
        X,
        np.int32(position),
    )


def test_known_positions_in_range_need_no_check(convert):
    assert convert(lambda x: x[:, jnp.array([3, 0])], X).operators == ["Gather"]


def test_windows_of_a_symbolic_size_at_computed_places_are_refused(convert):
    def windows(x, k):
        return jax.vmap(lambda i: lax.dynamic_slice_in_dim(x, i, x.shape[0] - 1, 0))(k)

    with pytest.raises(UnsupportedError, match="windows of a symbolic size"):
        convert(windows, X, np.int32([0, 1, 2]))
