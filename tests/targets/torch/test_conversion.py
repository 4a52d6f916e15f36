"""Casts: floats saturate, NaN is 0, integers wrap."""

import jax.numpy as jnp
import numpy as np
import pytest

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "bfloat16", "float32", "float64"]
VALUES = [np.nan, np.inf, -np.inf, 0, -0.9, 0.9, 1.5, -1.5, 127.9, -129, 255.5, 256, 4e4, 7e4, -7e4, 2.2e9, -2.2e9, 5e9]
VALUES += [9.3e18, -9.3e18, 1.9e19, 2.0**63, 2.0**64, 1e30, -1e30]


@pytest.mark.parametrize("dtype", FLOATS)
def test_floats_to_everything(agree, dtype):
    with np.errstate(over="ignore"):
        x = np.array(VALUES).astype(jnp.dtype(dtype))
    agree({to: lambda x, to=to: x.astype(to) for to in [*INTEGERS, *FLOATS, "bool", "complex64"]}, x, x64=True)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_to_everything(agree, dtype):
    limits = np.iinfo(dtype)
    x = np.array([0, 1, 5, limits.max, limits.max - 1, limits.min, limits.max // 2 + 1], dtype)
    agree({to: lambda x, to=to: x.astype(to) for to in [*INTEGERS, *FLOATS, "bool"]}, x, x64=True)


def test_booleans(agree):
    agree({to: lambda x, to=to: x.astype(to) for to in [*INTEGERS, *FLOATS, "bool"]}, np.array([True, False]), x64=True)
