"""Special functions, at their poles too."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

POINTS = [-2.5, -1, -0.5, -0.0, 0, 1e-4, 0.3, 1, 2, 4.5, 9, np.inf, np.nan]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_functions_of_one_number(agree, dtype):
    x = np.array(POINTS).astype(jnp.dtype(dtype))
    names = ["erf", "erfc", "lgamma", "digamma", "bessel_i0e", "bessel_i1e"]
    agree({name: getattr(lax, name) for name in names}, x, tolerance={"float32": 2e-5, "float64": 1e-12}.get(dtype))
    inside = np.array([-1, -0.999, -0.5, 0, 0.25, 0.75, 1, 2]).astype(jnp.dtype(dtype))
    agree(lax.erf_inv, inside, tolerance={"float32": 2e-5, "float64": 1e-11}.get(dtype))


def test_functions_of_two_numbers(agree):
    a, x = (part.ravel().astype(np.float32) for part in np.meshgrid([0.5, 1, 2, 3, 7], [0.1, 1, 2.5, 9]))
    agree({"igamma": lax.igamma, "igammac": lax.igammac}, a, x, tolerance=2e-5)
    agree({"zeta": lambda a, x: lax.zeta(a + 1, x)}, a, x, tolerance=2e-5)
    agree({"polygamma": lambda a, x: lax.polygamma(jnp.floor(a), x)}, a, x, tolerance=1e-4)


def test_functions_of_scipy(agree):
    x = np.float32([0.1, 0.5, 0.9])
    names = ["logit", "expit", "xlog1py", "entr", "ndtr", "ndtri", "log_ndtr", "i0", "i1", "gammaln", "factorial"]
    names.remove("xlog1py")
    agree({name: getattr(jax.scipy.special, name) for name in names}, x, tolerance=2e-5)
