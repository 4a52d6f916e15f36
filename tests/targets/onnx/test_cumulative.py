"""Cumulative operations: both directions, both axes, NaN and infinities, with rows or none."""

import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
NAMES = ["cumsum", "cumprod", "cummax", "cummin"]
X = np.array([[3, 1, NAN, 1, 7], [-0.0, 0, -1, 2, -INF], [5, INF, 2, 2, 2], [1, 0.5, 2, 3, 0]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("axis", [0, 1])
def test_floats(agree, dtype, axis):
    names = [*NAMES, "cumlogsumexp"]
    agree({name: lambda x, name=name: getattr(lax, name)(x, axis) for name in names}, X.astype(dtype))
    agree({name: lambda x, name=name: getattr(lax, name)(x, axis, reverse=True) for name in names}, X.astype(dtype))


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "uint32", "uint64"])
def test_integers_wrap(agree, dtype):
    top = np.iinfo(dtype).max
    x = np.array([[3, top, 5, 2], [top, top - 1, 1, 0]], dtype)
    agree({name: lambda x, name=name: getattr(lax, name)(x, 1) for name in NAMES}, x)
