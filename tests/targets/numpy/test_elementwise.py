"""Elementwise primitives mean in NumPy what they mean in JAX: NaN, infinities, zeros of both signs, wrapping."""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
EDGES = [NAN, INF, -INF, 0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3e4, -3e4, 300, 1e-4, 10, -10, 3, -3, 0.49999997, 1]
FLOATS = ["float16", ml_dtypes.bfloat16, "float32", "float64"]
INTEGERS = ["int8", "int32", "int64", "uint8", "uint64"]
UNARY = [
    "neg", "abs", "sign", "square", "floor", "ceil", "round", "exp", "exp2", "expm1", "log", "log1p", "logistic",
    "sqrt", "rsqrt", "cbrt", "tanh", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "is_finite",
]  # fmt: skip
ORDER = ["eq", "ne", "lt", "le", "gt", "ge"]
BINARY = ["add", "sub", "mul", "div", "rem", "max", "min", "atan2", "pow", *ORDER]


def pairs(values, dtype):
    a, b = np.meshgrid(np.array(values, dtype), np.array(values, dtype))
    return a.ravel(), b.ravel()


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_one_float(agree, dtype, name):
    small = dtype == ml_dtypes.bfloat16 and name == "exp2"
    agree(getattr(lax, name), np.array(EDGES, dtype), tolerance=0.03 if small else None)


@pytest.mark.parametrize("dtype", FLOATS)
def test_circles(agree, dtype):
    agree(
        {name: getattr(lax, name) for name in ["sin", "cos", "tan"]},
        np.array([NAN, INF, 0, -0.0, 0.5, -2.5, 10], dtype),
    )


@pytest.mark.parametrize("dtype", FLOATS)
def test_zeros_keep_their_sign(agree, dtype):
    names = ["neg", "sign", "round", "ceil", "sqrt", "tanh", "sin", "expm1", "log1p", "cbrt", "asinh"]
    functions = {name: lambda x, name=name: jnp.signbit(getattr(lax, name)(x)) for name in names}
    agree(functions, np.array([0.0, -0.0, -0.3, 0.3], dtype))


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_two_floats(agree, dtype, name):
    agree(getattr(lax, name), *pairs(EDGES, dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_rounding_and_powers(agree, dtype):
    functions = {f"power_{n}": lambda x, n=n: lax.integer_pow(x, n) for n in (-3, -1, 0, 1, 2, 5)}
    functions["even"] = lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)
    agree(functions, np.array(EDGES, dtype))
    agree(lambda x: lax.pow(x, jnp.int32(3)), np.array(EDGES, dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_next_float(agree, dtype):
    agree(lax.nextafter, *pairs([NAN, INF, -INF, 1, -1, 300, 0.1], dtype))


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers(agree, dtype, random):
    z = (random.normal(size=20) + 1j * random.normal(size=20)).astype(dtype)
    names = [
        "neg",
        "sign",
        "square",
        "exp",
        "log",
        "sqrt",
        "rsqrt",
        "sin",
        "cos",
        "tan",
        "tanh",
        "sinh",
        "cosh",
        "log1p",
        "expm1",
        "asin",
        "acos",
        "atan",
        "asinh",
        "acosh",
        "atanh",
        "real",
        "imag",
        "conj",
        "abs",
        "logistic",
        "exp2",
    ]
    agree({name: getattr(lax, name) for name in names}, z, tolerance=2e-5 if dtype == "complex64" else 1e-13)
    agree({name: getattr(lax, name) for name in ["add", "sub", "mul", "div", "eq", "ne", "pow"]}, z, z[::-1])
    agree({"power": lambda z: lax.integer_pow(z, 3), "made": lambda z: lax.complex(z.real, z.imag)}, z)
    agree(lambda x, y: lax.complex(x, y), *pairs([NAN, INF, -INF, 0, 1], np.float32))


@pytest.mark.parametrize("dtype", [*FLOATS, *INTEGERS])
def test_select_and_clamp(agree, dtype):
    which, values = np.array([0, 1, 2, 1], np.int32), np.array([1, 2, 3, 4], dtype)
    functions = {
        "where": lambda which, x: jnp.where(which > 0, x, x + x),
        "select": lambda which, x: lax.select_n(which, x, x + x, x * x),
        "all": lambda which, x: lax.select_n(which[2] > 0, x, x + x),
        "clamp": lambda which, x: lax.clamp(jnp.asarray(3, x.dtype), x, jnp.asarray(2, x.dtype)),
        "clip": lambda which, x: jnp.clip(x, 2, 3),
    }
    agree(functions, which, values)


def test_clamp_of_nan_and_bounds_that_cross(agree):
    agree(lax.clamp, np.float32([0, 3, NAN, 0]), np.float32([NAN, 2, 1, 5]), np.float32([1, 1, 1, NAN]))


def test_derivatives_and_calls_are_inlined(agree):
    def f(x):
        return jax.nn.gelu(jax.checkpoint(jax.nn.relu)(x)).sum()

    agree({"gradient": jax.grad(f), "mapped": jax.vmap(jax.nn.silu)}, np.float32([-1, 0, 2]))
