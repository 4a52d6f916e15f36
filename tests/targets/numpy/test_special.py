"""Special functions and their derivatives, at the edges too."""

import jax
import jax.numpy as jnp
import jax.scipy.special
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
TOLERANCE = {"float16": 1e-2, "float32": 3e-5, "float64": 1e-10}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", ["erf", "erfc", "erf_inv", "lgamma", "digamma", "bessel_i0e", "bessel_i1e"])
def test_functions_of_one_number(agree, name, dtype):
    values = np.array([NAN, INF, -INF, 0, -0.0, 0.5, -0.5, 1, -1, 2.5, -2.5, 7, 20, 1e-3, 1.5, -3], dtype)
    agree(getattr(lax, name), values, tolerance=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["igamma", "igammac", "zeta", "polygamma"])
def test_functions_of_two_numbers(agree, name, dtype):
    a, x = map(np.ravel, np.meshgrid([1, 2, 3, 5, 0.5, 1.5, NAN], [0.1, 1, 2.5, 7, 30, 0, NAN, INF]))
    agree(getattr(lax, name), a.astype(dtype), x.astype(dtype), tolerance=TOLERANCE[dtype])


@pytest.mark.parametrize("name", ["igamma", "igammac"])
def test_the_ends_of_the_incomplete_gamma_functions(agree, name):
    a, x = map(np.ravel, np.meshgrid([0, -1, 1, INF, NAN], [0, -1, 1, INF, NAN]))
    agree(getattr(lax, name), a, x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_derivative_in_the_order(agree, dtype):
    a, x = map(np.ravel, np.meshgrid([0.1, 0.5, 1, 2, 5, 20], [0, 0.1, 1, 2, 5, 7, 20, 60]))
    agree(jax.vmap(jax.grad(lax.igamma)), a.astype(dtype), x.astype(dtype), tolerance=TOLERANCE[dtype] * 3)


def test_the_incomplete_beta_function(agree):
    a, b, x = map(np.ravel, np.meshgrid([0.5, 1, 3], [0.5, 2, 8], [0, 0.1, 0.5, 0.9, 1]))
    agree(jax.scipy.special.betainc, *map(np.float32, (a, b, x)), tolerance=1e-5)


def test_functions_of_jax_scipy_are_made_of_these(agree):
    x = np.float32([0.1, 0.4, 0.9])
    names = ["entr", "expit", "gammaln", "i0", "i1", "log_ndtr", "logit", "ndtr", "ndtri", "xlog1py", "bessel_jn"]
    functions = {name: getattr(jax.scipy.special, name) for name in names[:9]}
    functions["xlogy"] = lambda x: jax.scipy.special.xlogy(x, x + 1)
    functions["expn"] = lambda x: jax.scipy.special.expn(jnp.int32(2), x)
    functions["slope"] = jax.vmap(jax.grad(lambda x: jax.scipy.special.gammaln(x) + jax.scipy.special.erfinv(x)))
    agree(functions, x, tolerance=3e-5)
