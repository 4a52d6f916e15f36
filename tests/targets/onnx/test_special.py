"""Special functions against JAX: near zero, far out, at their poles."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
X = [NAN, INF, 0, 1, 2, 0.5, -0.5, -2.5, 3.7, 1e-3, 19.5, -7.25, 33]
POSITIVE = [0.3, 1, 2.5, 4, 11]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_of_one_number(agree, dtype):
    x = np.array(X, dtype)
    agree({name: getattr(lax, name) for name in ["digamma", "bessel_i0e", "bessel_i1e"]}, x)
    agree(lambda x: lax.lgamma(x), x[1:].astype(dtype))
    agree(lax.erf_inv, np.array([NAN, 0, 0.5, -0.5, 1, -1, 0.99, 0.999999, -1e-4], dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_of_two_numbers(agree, dtype):
    a, x = (part.ravel() for part in np.meshgrid(np.array(POSITIVE, dtype), np.array(POSITIVE, dtype)))
    agree(
        {
            "zeta": lambda a, x: lax.zeta(a + 1, x),
            "polygamma": lambda a, x: lax.polygamma(jnp.floor(a / 3), x),
            "igamma": lax.igamma,
            "igammac": lax.igammac,
            "betainc": lambda a, x: lax.betainc(a, x, jnp.full_like(a, 0.3)),
        },
        a,
        x,
        empty=False,
    )


def test_distributions(agree):
    x = np.float32(POSITIVE)
    agree(
        {
            "factorial": jax.scipy.special.factorial,
            "normal": lambda x: jax.scipy.stats.norm.ppf(x / 12),
            "poisson": lambda x: jax.scipy.stats.poisson.logpmf(3, x),
        },
        x,
    )
