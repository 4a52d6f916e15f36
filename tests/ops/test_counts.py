"""Counts: each row's codes counted, padding left out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops


def test_codes_of_a_row_are_counted():
    codes = jnp.int32([[0, 2, 2, 1], [2, -1, -1, -1]])
    assert ops.counts(codes, k=3).tolist() == [[1, 1, 2], [0, 0, 1]]


def test_codes_out_of_range_do_not_count():
    assert ops.counts(jnp.int32([-3, -1, 3, 99, 2]), k=3).tolist() == [0, 0, 1]


@pytest.mark.parametrize("x64", [False, True])
@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
def test_counts_are_float32(x64, dtype):
    with jax.enable_x64(x64):
        assert ops.counts(jnp.asarray(np.zeros((2, 3), dtype)), k=1000).dtype == np.float32


@pytest.mark.parametrize("mapped", [0, 1, 2])
def test_a_map_keeps_the_operation(mapped):
    codes = jnp.asarray(np.random.default_rng(0).integers(-1, 4, (2, 3, 5)))
    ours = jax.vmap(lambda rows: ops.counts(rows, k=4), in_axes=mapped)(codes)
    rows = jnp.moveaxis(codes, mapped, 0)
    np.testing.assert_array_equal(ours, jax.nn.one_hot(rows, 4).sum(-2))


def test_what_follows_has_a_gradient():
    codes = jnp.int32([[0, 2, 2]])
    gradient = jax.grad(lambda weights: (ops.counts(codes, k=3) * weights).sum())(jnp.ones(3))
    assert gradient.tolist() == [1, 0, 2]
