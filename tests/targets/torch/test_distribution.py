"""Formulas: draws from JAX's own bits, and the incomplete beta function."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

KEY = np.uint32([1, 2])


def test_gamma_beta_and_dirichlet(agree):
    def keyed(function):
        return lambda words: function(jax.random.wrap_key_data(words))

    agree(
        {
            "gamma": keyed(lambda k: jax.random.gamma(k, jnp.float32([0.3, 1, 2.5]))),
            "logs": keyed(lambda k: jax.random.loggamma(k, jnp.float32([0.3, 4]))),
            "beta": keyed(lambda k: jax.random.beta(k, 2.0, 3.0, (3,))),
        },
        KEY,
        free=False,
        tolerance=5e-5,
    )


def test_the_incomplete_beta_function(agree):
    a, b, x = (part.ravel() for part in np.meshgrid(*np.float32([[0.5, 1, 2, 8], [0.7, 1, 3, 5], [0, 0.2, 0.6, 1]])))
    agree(lax.betainc, a, b, x, tolerance=5e-5)
    agree(lax.betainc, np.float32([1, -1, 2]), np.float32([1, 1, np.nan]), np.float32([2, 0.5, 0.5]))
