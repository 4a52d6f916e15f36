"""Formulas agree with JAX's own functions, near their roots and in their tails."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

EDGES = [np.nan, np.inf, -np.inf, 0, -0.0, 1, -1, 1e-4, -1e-4]


def grid(dtype, low, high):
    return np.concatenate([np.array(EDGES, dtype), np.linspace(low, high, 201, dtype=dtype)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_error_function(agree, dtype):
    agree({"erf": lax.erf, "erfc": lax.erfc}, grid(dtype, -9, 9))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_tail_of_erfc_keeps_its_digits(agree, dtype):
    agree(lambda x: jnp.log(lax.erfc(x)), np.linspace(0.5, 5, 46, dtype=dtype))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_log1p_and_expm1_are_exact_near_zero(agree, dtype):
    small = np.array([1e-3, -1e-3, 2e-2, 0.3, -0.3, 5, 80, 1e-7, -1e-7], dtype)
    functions = {"log1p": lambda x: lax.log1p(x) / x, "expm1": lambda x: lax.expm1(x) / x}
    agree(functions | {"edges": lax.log1p}, small)
    agree({"log1p": lax.log1p, "expm1": lax.expm1}, np.array(EDGES, dtype))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rounding_half_to_even_and_half_away(agree, dtype):
    halves = np.array([*EDGES, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, -0.3], dtype)
    agree({"even": jnp.round, "away": lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO)}, halves)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cube_roots_and_powers_of_two(agree, dtype):
    agree({"cbrt": jnp.cbrt, "exp2": jnp.exp2}, np.array([*EDGES, 27, -8, 0.3, 10], dtype))
