"""Integers divide, shift and count bits as JAX says, at the ends of their range too."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
ORDER = ["eq", "ne", "lt", "le", "gt", "ge"]
BINARY = ["add", "sub", "mul", "div", "rem", "max", "min", *ORDER, "bitwise_and", "bitwise_or", "bitwise_xor"]


def integers(dtype):
    limits = np.iinfo(dtype)
    values = [0, 1, 2, 3, 100, limits.max, limits.max - 1, limits.min, limits.max // 2, 2**32 - 1, 2**31]
    values += [-v for v in (1, 2, 3, 100)] if limits.min else []
    return np.array([value for value in values if limits.min <= value <= limits.max], dtype)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_functions_of_two_integers_wrap_truncate_and_survive_division_by_zero(agree, dtype):
    agree({name: getattr(lax, name) for name in BINARY}, *map(np.ravel, np.meshgrid(integers(dtype), integers(dtype))))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_functions_of_one_integer(agree, dtype):
    functions = {
        name: getattr(lax, name) for name in ["sign", "square", "bitwise_not", "neg", "population_count", "clz"]
    }
    functions |= {"power": lambda x: lax.integer_pow(x, 7), "third": lambda x: x // 3, "rest": lambda x: x % 3}
    functions |= {"abs": jnp.abs, "minus": lambda x: x // jnp.asarray(-1).astype(x.dtype)}
    agree(functions, integers(dtype))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts_beyond_the_width(agree, dtype):
    values, amounts = integers(dtype), np.array([0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 127]).astype(dtype)
    names = ["shift_left", "shift_right_logical", "shift_right_arithmetic"]
    agree({name: getattr(lax, name) for name in names}, *map(np.ravel, np.meshgrid(values, amounts)))


def test_booleans(agree):
    a, b = map(np.ravel, np.meshgrid([False, True], [False, True]))
    names = ["max", "min", *ORDER, "bitwise_and", "bitwise_or", "bitwise_xor"]
    agree({name: getattr(lax, name) for name in names} | {"not": lambda a, _: ~a}, a, b)


def test_the_logistic_map_in_64_bits(agree):
    def ten_times(x):
        for _ in range(10):
            x = 22 * x * (x + 1) % 6_700_417
        return x

    agree(ten_times, np.arange(1, 1000))


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint32", "uint64"])
def test_the_high_half_of_a_product(agree, dtype):
    agree(lax.mulhi, *map(np.ravel, np.meshgrid(integers(dtype), integers(dtype))))
