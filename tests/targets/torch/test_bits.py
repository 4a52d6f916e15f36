"""Bits: shifts beyond the width, counts, one dtype's bits as another's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts_and_counts(agree, dtype):
    limits = np.iinfo(dtype)
    values = np.array([0, 1, 2, 77, limits.max, limits.min, limits.max // 3, limits.max - 1], dtype)
    counts = np.array([0, 1, 3, 7, 8, 15, 16, 31, 32, 63, 64, 100], dtype)
    x, n = (part.ravel() for part in np.meshgrid(values, counts))
    shifts = ["shift_left", "shift_right_logical", "shift_right_arithmetic"]
    functions = {name: getattr(lax, name) for name in shifts}
    functions |= {f"{name}_3": lambda x, n, f=f: f(x, jnp.asarray(3, x.dtype)) for name, f in functions.items()}
    functions |= {"clz": lambda x, n: lax.clz(x), "count": lambda x, n: lax.population_count(x)}
    agree(functions, x, n)


def test_negative_counts_shift_everything_out(agree):
    x, n = np.int32([5, -5]), np.int32([-1, -33])
    agree({name: getattr(lax, name) for name in ["shift_left", "shift_right_logical", "shift_right_arithmetic"]}, x, n)


PAIRS = [
    ("float32", "uint32"), ("float32", "int32"), ("uint32", "float32"), ("float64", "uint64"), ("uint64", "float64"),
    ("bfloat16", "uint16"), ("uint16", "float16"), ("float16", "int16"), ("uint32", "uint8"), ("float32", "uint16"),
    ("int64", "float32"), ("uint8", "int8"), ("complex64", "complex64"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_bits_of_one_dtype_are_anothers(agree, before, after):
    x = np.array([[0, 1, 3, 100], [7, 120, 2, 5]]).astype(jnp.dtype(before))
    agree(lambda x: lax.bitcast_convert_type(x, after), x, x64=True)


def test_narrow_parts_join(agree):
    x = np.arange(16, dtype=np.uint8).reshape(4, 4)
    agree(lambda x: lax.bitcast_convert_type(x, jnp.uint32), x)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_neighbours_and_precision(agree, dtype):
    values = np.array([0, -0.0, 1, -1, 0.1, 65504, -3.14159, np.inf, -np.inf, np.nan, 1e-7, 3e-39, 300.7])
    x = values.astype(jnp.dtype(dtype))
    functions = {
        f"{e}_{m}": lambda x, e=e, m=m: lax.reduce_precision(x, e, m) for e, m in [(8, 7), (5, 10), (5, 2), (4, 3)]
    }
    agree(functions, x)
    a, b = (part.ravel() for part in np.meshgrid(x, x))
    if dtype != "bfloat16":
        agree(jnp.nextafter, a, b)
    built = agree(lambda a, b: jax.lax.nextafter(a, b), a, b)
    assert built.functions


def test_the_order_of_all_floats(agree):
    x = np.float32([0, -0.0, 1, -1, np.inf, -np.inf, np.nan])
    a, b = (part.ravel() for part in np.meshgrid(x, x))
    agree({"lt": lambda a, b: lax.lt_to_p.bind(a, b), "le": lambda a, b: lax.le_to_p.bind(a, b)}, a, b)
