"""Layer normalisation."""

import jax.numpy as jnp
import numpy as np

from philtre import ops


def test_rows_have_mean_zero_and_variance_one():
    x = jnp.arange(12.0).reshape(3, 4) ** 2
    y = np.asarray(ops.layer_norm(x, jnp.ones(4), jnp.zeros(4), epsilon=0.0))
    np.testing.assert_allclose(y.mean(-1), 0, atol=1e-6)
    np.testing.assert_allclose(y.var(-1), 1, rtol=1e-5)


def test_scale_and_bias_follow():
    y = ops.layer_norm(jnp.array([[1.0, 3.0]]), jnp.array([2.0, 3.0]), jnp.array([5.0, 7.0]), epsilon=0.0)
    np.testing.assert_allclose(y, [[3, 10]], rtol=1e-6)


def test_epsilon_keeps_constant_rows_finite():
    assert ops.layer_norm(jnp.ones((1, 4)), jnp.ones(4), jnp.zeros(4)).tolist() == [[0, 0, 0, 0]]


def test_float16_does_not_overflow_inside():
    x = jnp.array([[-600, 600]], jnp.float16)
    np.testing.assert_allclose(ops.layer_norm(x, jnp.ones(2), jnp.zeros(2)), [[-1, 1]], rtol=1e-3)
