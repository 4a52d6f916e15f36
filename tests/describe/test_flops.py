"""Flops, against counts by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre.describe.flops import Arithmetic, arithmetic

A, B = np.ones((3, 4), np.float32), np.ones((4, 5), np.float32)
IMAGE, FILTERS = np.ones((2, 8, 8, 6), np.float32), np.ones((3, 3, 2, 9), np.float32)
LAYOUT = ("NHWC", "HWIO", "NHWC")


def convolve(image, filters):
    return lax.conv_general_dilated(image, filters, (1, 1), "SAME", dimension_numbers=LAYOUT, feature_group_count=3)


def pool(image):
    return lax.reduce_window(image, -jnp.inf, lax.max, (2, 2), (2, 2), "VALID")


def lower_solve(matrix, right):
    return lax.linalg.triangular_solve(matrix, right, left_side=True, lower=True)


@pytest.mark.parametrize(
    ("primitive", "function", "arrays", "expected"),
    [
        ("dot_general", lambda a, b: a @ b, (A, B), Arithmetic(2 * 3 * 4 * 5)),
        ("dot_general", jax.vmap(jnp.dot), (np.ones((7, 3, 4)), np.ones((7, 4, 5))), Arithmetic(7 * 2 * 3 * 4 * 5)),
        ("conv_general_dilated", convolve, (IMAGE, FILTERS), Arithmetic(2 * (2 * 8 * 8 * 9) * (3 * 3 * 2))),
        ("add", lambda a: a + 1, (A,), Arithmetic(12)),
        ("nextafter", lambda a: lax.nextafter(a, a), (A,), Arithmetic(12)),
        ("exp", jnp.exp, (A,), Arithmetic(0, 12)),
        ("integer_pow", lambda a: a**7, (A,), Arithmetic(12 * 4)),
        ("transpose", jnp.transpose, (A,), Arithmetic(0)),
        ("reduce_sum", lambda a: a.sum(axis=0), (A,), Arithmetic(12)),
        ("cumsum", lax.cumsum, (A,), Arithmetic(12)),
        ("sort", lambda a: lax.sort(a, dimension=0), (np.ones((8, 3)),), Arithmetic(24 * 3)),
        ("top_k", lambda a: lax.top_k(a, 2), (np.ones((3, 16)),), Arithmetic(48 * 4)),
        ("reduce_window_max", pool, (A,), Arithmetic(2 * 4)),
        ("scatter-add", lambda a: a.at[1].add(5.0), (A,), Arithmetic(4)),
        ("cholesky", lax.linalg.cholesky, (np.eye(6),), Arithmetic(72)),
        ("triangular_solve", lower_solve, (np.eye(6), np.ones((6, 2))), Arithmetic(72)),
        ("fft", jnp.fft.fft, (np.ones((3, 8)),), Arithmetic(3 * 5 * 8 * 3)),
        ("random_bits", lambda a: jax.random.bits(jax.random.key(0), a.shape), (A,), Arithmetic(60 * 12)),
    ],
)
def test_arithmetic_is_counted_from_the_shapes(primitive, function, arrays, expected):
    (equation,) = [one for one in flat(jax.make_jaxpr(function)(*arrays).eqns) if one.primitive.name == primitive]
    assert arithmetic(equation) == expected


def flat(equations):
    for equation in equations:
        yield equation
        yield from flat(equation.params["jaxpr"].eqns if equation.primitive.name == "jit" else [])
