"""Casts mean on onnxruntime what they mean in JAX, for every pair of dtypes."""

import ml_dtypes
import numpy as np
import pytest
from jax import lax

DTYPES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
]
FLOATS = [
    np.nan,
    np.inf,
    -np.inf,
    3e9,
    -3e9,
    300,
    -1.9,
    1.9,
    -0.0,
    0.4,
    1e19,
    6e4,
    255,
    2.0**31,
    2.0**63,
    2.0**63 + 2.0**41,
    1e20,
]


@pytest.mark.parametrize("source", ["float16", "float32", "float64"])
def test_floats_saturate_and_nan_becomes_zero(agree, source):
    with np.errstate(over="ignore"):
        values = np.array(FLOATS, source)
    agree(
        {dtype: lambda x, dtype=dtype: lax.convert_element_type(x, np.dtype(dtype)) for dtype in DTYPES},
        values,
        x64=True,
    )


@pytest.mark.parametrize("source", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_integers_wrap(agree, source):
    values = np.array([0, 1, 100, 2**40 + 5, -1, 200], np.int64).astype(source)
    agree(
        {dtype: lambda x, dtype=dtype: lax.convert_element_type(x, np.dtype(dtype)) for dtype in DTYPES},
        values,
        x64=True,
    )


def test_bfloat16_rounds(agree):
    agree(lambda x: x.astype(ml_dtypes.bfloat16).astype(np.float32), np.float32([1.001, 3e38, np.nan]))
