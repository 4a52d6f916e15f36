"""Softmax: probabilities along an axis, large scores included."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_entries_along_the_axis_sum_to_one(axis):
    x = jnp.arange(12.0).reshape(3, 4) * 100
    np.testing.assert_allclose(ops.softmax(x, axis=axis).sum(axis), 1, rtol=1e-6)


def test_nan_makes_its_group_nan():
    assert np.isnan(ops.softmax(jnp.array([[1.0, jnp.nan], [0, 0]]))).tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
@pytest.mark.parametrize("mapped", [0, 1, 2])
def test_the_axis_follows_the_map(axis, mapped):
    x = jnp.arange(24.0).reshape(2, 3, 4) ** 0.5
    ours = jax.vmap(lambda x: ops.softmax(x, axis=axis), in_axes=mapped)(x)
    np.testing.assert_allclose(ours, jax.vmap(lambda x: jax.nn.softmax(x, axis=axis), in_axes=mapped)(x), rtol=1e-5)
