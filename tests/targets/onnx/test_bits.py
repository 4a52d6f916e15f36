"""Shifts beyond the width, counted bits, and the bits of floats."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]


def integers(dtype):
    limits = np.iinfo(dtype)
    values = [0, 1, 2, 7, limits.max, limits.max - 1, limits.max // 3, limits.min, limits.min + 5, limits.max // 2 + 1]
    return np.array(values, dtype)


def floats(dtype):
    limits = np.finfo(dtype)
    sizes = [
        0,
        1,
        1.5,
        2,
        3.25,
        limits.max,
        limits.tiny,
        limits.smallest_subnormal,
        limits.smallest_subnormal * 5,
        np.inf,
    ]
    sizes += [limits.tiny * 2, np.nextafter(dtype(2), dtype(0)), np.nextafter(dtype(1), dtype(0)), 1000, 1 / 3]
    return np.array([*sizes, *(-size for size in sizes), np.nan], dtype)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts(agree, dtype):
    width = np.dtype(dtype).itemsize * 8
    by = [0, 1, 3, width - 1, width, width + 1, 100, *([-1, -width] if dtype.startswith("int") else [255])]
    x, by = (part.ravel() for part in np.meshgrid(integers(dtype), np.array(by, dtype)))
    names = ["shift_left", "shift_right_logical", "shift_right_arithmetic"]
    agree({name: getattr(lax, name) for name in names}, x, by)
    agree({name: lambda x, name=name: getattr(lax, name)(x, jnp.full_like(x, 3)) for name in names}, x)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_counts_of_bits(agree, dtype):
    agree({"ones": lax.population_count, "zeros": lax.clz}, integers(dtype))


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
def test_upper_halves_of_products(agree, dtype):
    a, b = (part.ravel() for part in np.meshgrid(integers(dtype), integers(dtype)))
    agree(lax.mulhi, a, b)


@pytest.mark.parametrize("dtype", FLOATS)
def test_bits_of_floats_there_and_back(agree, dtype):
    x = floats(np.dtype(dtype).type)
    width = np.dtype(dtype).itemsize * 8
    for unsigned in (f"int{width}", f"uint{width}"):
        agree(lambda x, u=unsigned: lax.bitcast_convert_type(x, u), x[:-1])
        agree(lambda x: lax.bitcast_convert_type(x, dtype), x.view(unsigned))


def test_bits_of_nan_are_those_of_a_positive_one(convert):
    bits = convert(lambda x: lax.bitcast_convert_type(x, jnp.int32), np.float32([1])).run(np.float32([np.nan]))["y"]
    assert bits.view(np.float32).tolist() != bits.view(np.float32).tolist()


def test_wider_and_narrower(agree):
    x = integers("uint32")
    agree(
        {
            "bytes": lambda x: lax.bitcast_convert_type(x, jnp.uint8),
            "halves": lambda x: lax.bitcast_convert_type(x, jnp.int16),
            "whole": lambda x: lax.bitcast_convert_type(lax.bitcast_convert_type(x, jnp.uint8), jnp.uint32),
        },
        x,
    )
    agree(lambda x: lax.bitcast_convert_type(x, jnp.uint8), np.float32([1, -2.5]))


def test_operator_set_26_has_an_operator_of_its_own(convert):
    built = convert(lambda x: lax.bitcast_convert_type(x, jnp.int32), np.float32([1.5]), opset=26)
    assert built.operators == ["BitCast"]
    x = floats(np.float32)
    np.testing.assert_array_equal(built.run(x)["y"], x.view(np.int32))


@pytest.mark.parametrize("dtype", FLOATS)
def test_neighbours(agree, dtype):
    x, y = (
        part.ravel() for part in np.meshgrid(floats(np.dtype(dtype).type), np.array([0, 1, -np.inf, np.nan], dtype))
    )
    built = agree({"next": lax.nextafter, "sign": lambda x, _: jnp.signbit(x)}, x[:-4], y[:-4])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(built.run(x, y)["next"], np.nextafter(x, y))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_that_read_bits(agree, dtype):
    x = np.array([0.5, -0.0, 3, -1e-3, 1e10, np.inf, np.nan], dtype)
    agree(
        {
            "copysign": lambda x: jnp.copysign(jnp.ones_like(x), x),
            "mantissa": lambda x: jnp.frexp(x)[0],
            "exponent": lambda x: jnp.frexp(x)[1],
            "scaled": lambda x: jnp.ldexp(x, 3),
            "half": lambda x: lax.reduce_precision(x, 5, 10),
            "short": lambda x: lax.reduce_precision(x, 8, 7),
        },
        x,
    )
