"""Dropout: noise in training, the identity in inference."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

X = jnp.arange(1.0, 20_001.0)


def test_without_a_key_nothing_happens():
    assert (ops.dropout(X, rate=0.9) == X).all()
    assert (ops.dropout(X, jax.random.key(0), rate=0) == X).all()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_a_share_is_zeroed_and_the_rest_scaled(rate):
    y = ops.dropout(X, key=jax.random.key(0), rate=rate)
    assert abs(float((y == 0).mean()) - rate) < 0.02
    np.testing.assert_allclose(y[y != 0], X[y != 0] / (1 - rate), rtol=1e-6)


def test_the_same_key_gives_the_same_noise_in_both_modes_of_x64():
    plain = ops.dropout(X, jax.random.PRNGKey(3), rate=0.5)
    with jax.enable_x64(True):
        assert (ops.dropout(X, jax.random.PRNGKey(3), rate=0.5) == plain).all()


def test_gradients_reach_what_was_kept():
    gradient = jax.grad(lambda x: ops.dropout(x, jax.random.key(1), rate=0.5).sum())(X)
    assert set(np.unique(gradient)) == {0, 2}


def test_each_mapped_key_draws_its_own_noise():
    keys = jax.random.split(jax.random.key(0), 2)
    first, second = jax.vmap(lambda key: ops.dropout(X, key, rate=0.5))(keys)
    assert (first != second).any()


@pytest.mark.parametrize("rate", [-0.1, 1, 2])
def test_a_rate_out_of_range_is_refused(rate):
    with pytest.raises(SignatureError, match="dropout expects a rate of at least 0 and below 1"):
        ops.dropout(X, rate=rate)
