"""Casts saturate, NaN becomes 0, bits are kept where bits are asked for."""

import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from jax import lax

FLOATS = ["float16", ml_dtypes.bfloat16, "float32", "float64"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
EDGES = [np.nan, np.inf, -np.inf, 0, -0.0, 0.9, -0.9, 127.5, -128.5, 300, -300, 3e4, 65504, 1e-4]


@pytest.mark.parametrize("to", ["bool", *FLOATS, *INTEGERS], ids=str)
@pytest.mark.parametrize("source", FLOATS, ids=str)
def test_floats_become_anything(agree, source, to):
    large = [] if source in ("float16",) else [3e9, -3e9, 1e19, -1e19, 2.0**31, 2.0**63, -(2.0**63)]
    agree(lambda x: lax.convert_element_type(x, to), np.array(EDGES + large, source), x64=True)


@pytest.mark.parametrize("source", ["bool", *INTEGERS])
def test_integers_become_anything(agree, source):
    values = np.array([0, 1, -1, 127, 128, 255, 2**31 - 1, 2**53 + 1, -(2**63)]).astype(source)
    agree(
        {str(t): lambda x, t=t: lax.convert_element_type(x, t) for t in ["bool", *FLOATS, *INTEGERS]}, values, x64=True
    )


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_complex_numbers_lose_their_imaginary_part(agree):
    functions = {t: lambda x, t=t: lax.convert_element_type(x, t) for t in ["float32", "int32", "bool"]}
    agree(functions, np.complex64([1 + 2j, 0 + 1j, 0]))


@pytest.mark.parametrize(
    ("source", "to"),
    [("float32", "int32"), ("float32", "uint8"), ("uint8", "uint32"), ("int32", "float16"), ("bool", "bool"),
     ("uint16", ml_dtypes.bfloat16)],
)  # fmt: skip
def test_bits_are_kept(agree, source, to):
    agree(lambda x: lax.bitcast_convert_type(x, to), np.array([[1, 0, 1, 1], [0, 0, 1, 0]]).astype(source))
    agree(lambda x: lax.bitcast_convert_type(x.reshape(4)[:4], to), np.array([[1, 0], [1, 1]]).astype(source))


def test_a_single_number_keeps_its_bits(agree):
    agree(lambda x: lax.bitcast_convert_type(x, jnp.int32), np.float32(1.5))
    agree(lambda x: lax.bitcast_convert_type(x, jnp.uint8), np.float32(1.5))


@pytest.mark.parametrize(("exponent", "mantissa"), [(5, 10), (8, 7), (4, 3), (5, 2), (8, 23), (2, 0)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_precision_is_reduced(agree, dtype, exponent, mantissa, random):
    values = np.concatenate([EDGES, random.normal(size=200) * 10 ** random.uniform(-4, 4, 200)]).astype(dtype)
    agree(lambda x: lax.reduce_precision(x, exponent, mantissa), values)
