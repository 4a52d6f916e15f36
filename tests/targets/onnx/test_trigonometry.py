"""Angles and hyperbolic functions at zero, far out, at their poles and for NaN."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
EDGES = [NAN, INF, -INF, 0, -0.0, 1, -1, 0.5, -0.3, 2.4, -2.5, 1e-5, 10, -30, 88, 1e4]
UNIT = [NAN, 0, -0.0, 1, -1, 0.5, -0.999, 1e-5, 2, -2]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_functions(agree, dtype):
    agree({name: getattr(lax, name) for name in ["tan", "atan", "asinh", "acosh"]}, np.array(EDGES, dtype))
    agree({name: getattr(lax, name) for name in ["sinh", "cosh"]}, np.array(EDGES[:-2], dtype))
    agree({name: getattr(lax, name) for name in ["asin", "acos", "atanh"]}, np.array(UNIT, dtype))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_angles_of_points(agree, dtype):
    y, x = (part.ravel() for part in np.meshgrid(np.array(EDGES, dtype), np.array(EDGES, dtype)))
    built = agree(lax.atan2, y, x)
    known = ~(np.isnan(x) | np.isnan(y))
    got = built.run(y, x)["y"]
    np.testing.assert_array_equal(np.signbit(got)[known], np.signbit(np.arctan2(y, x))[known])


def test_a_kernel_is_used_where_there_is_one(convert):
    assert convert(jnp.arctan, np.float32([1])).operators == ["Atan"]
