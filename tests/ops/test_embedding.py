"""Embedding: rows by code."""

import jax.numpy as jnp
import numpy as np

from philtre import ops

TABLE = jnp.arange(10.0).reshape(5, 2)


def test_codes_take_rows_and_what_is_out_of_range_is_that_of_jnp_take():
    codes = jnp.int8([[0, 4], [-1, -5], [5, -6]])
    np.testing.assert_array_equal(ops.embedding(codes, TABLE), jnp.take(TABLE, codes.astype(jnp.int32), axis=0))
    np.testing.assert_array_equal(ops.embedding(codes, TABLE)[2], np.full((2, 2), np.nan))
    assert ops.embedding(jnp.uint8([7]), TABLE.astype(jnp.int32)).tolist() == [[-(2**31)] * 2]


def test_narrow_codes_reach_a_long_table():
    table = jnp.arange(1000.0)[:, None]
    assert ops.embedding(jnp.int8([-1, 100]), table).tolist() == [[999], [100]]
