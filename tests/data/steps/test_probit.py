import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtri

from philtre.data.steps.probit import probability, probit


def test_it_is_the_inverse_of_the_normal_distribution():
    with jax.enable_x64(True):
        below = jnp.asarray(np.concatenate([np.geomspace(1e-7, 0.5, 50), np.linspace(0.01, 0.999, 50)]))
        np.testing.assert_allclose(probit(below, 1 - below), ndtri(below), rtol=2e-9, atol=2e-9)
        np.testing.assert_allclose(probability(probit(below, 1 - below)), below, rtol=1e-7)


def test_the_ends_are_held():
    np.testing.assert_allclose(probit(jnp.float32([0, 1]), jnp.float32([1, 0])), [-5.1993, 5.1993], atol=1e-4)
