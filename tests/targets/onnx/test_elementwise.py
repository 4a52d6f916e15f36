"""Elementwise primitives mean on onnxruntime what they mean in JAX: NaN, infinities, wrapping, division by zero."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
EDGES = [NAN, INF, -INF, 0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3e4, -3e4, 300, 1e-4, 10, -10, 3, -3]
BINARY = ["add", "sub", "mul", "div", "rem", "max", "min"]
ORDER = ["eq", "ne", "lt", "le", "gt", "ge"]
BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor"]
FLOATS = ["float16", "float32", "float64"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def pairs(values, dtype):
    a, b = np.meshgrid(np.array(values, dtype), np.array(values, dtype))
    return a.ravel(), b.ravel()


def integers(dtype):
    limits = np.iinfo(dtype)
    values = [0, 1, 2, 3, 100, limits.max, limits.max - 1, limits.min, limits.max // 2, 2**32 - 1, 2**31]
    values += [-v for v in (1, 2, 3, 100)] if limits.min else []
    return [value for value in values if limits.min <= value <= limits.max]


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_one_float(agree, dtype):
    names = ["neg", "abs", "floor", "ceil", "exp", "log", "sqrt", "rsqrt", "tanh", "logistic", "sign", "square"]
    functions = {name: getattr(lax, name) for name in [*names, "is_finite"]}
    functions |= {f"power_{n}": lambda x, n=n: lax.integer_pow(x, n) for n in (-2, -1, 0, 1, 2, 3)}
    agree(functions, np.array(EDGES, dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_trigonometry(agree, dtype):
    agree({"sin": jnp.sin, "cos": jnp.cos}, np.array([NAN, INF, 0, -0.0, 0.5, -2.5, 10], dtype))


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_two_floats(agree, dtype):
    agree({name: getattr(lax, name) for name in BINARY + ORDER}, *pairs(EDGES, dtype))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_functions_of_two_integers_wrap_truncate_and_survive_division_by_zero(agree, dtype):
    agree({name: getattr(lax, name) for name in BINARY + ORDER + BITWISE}, *pairs(integers(dtype), dtype))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_functions_of_one_integer(agree, dtype):
    functions = {"sign": lax.sign, "square": lax.square, "not": lax.bitwise_not}
    functions |= {"clip": lambda x: jnp.clip(x, 1, 100), "power": lambda x: lax.integer_pow(x, 7)}
    functions |= {"third": lambda x: x // 3, "rest": lambda x: x % 3, "by_seven": lambda x: lax.div(x, x.dtype.type(7))}
    if dtype.startswith("int"):
        functions |= {"neg": lax.neg, "abs": lax.abs, "by_minus_one": lambda x: lax.div(x, x.dtype.type(-1))}
    agree(functions, np.array(integers(dtype), dtype))


def test_functions_of_booleans(agree):
    a, b = pairs([False, True], bool)
    functions = {name: getattr(lax, name) for name in ["max", "min", *ORDER, *BITWISE]}
    agree(functions | {"not": lambda a, _: ~a, "where": lambda a, b: jnp.where(a, b, ~b)}, a, b)


@pytest.mark.parametrize("dtype", [*FLOATS, *INTEGERS])
def test_where_and_select(agree, dtype):
    which = np.array([0, 1, 2, 1], np.int32)
    values = np.array([1, 2, 3, 4], dtype)
    agree(
        {
            "where": lambda which, x: jnp.where(which > 0, x, x + x),
            "select": lambda which, x: lax.select_n(which, x, x + x, x * x),
        },
        which,
        values,
    )


def test_clamp_takes_arrays_and_lets_the_upper_bound_win(agree):
    agree(
        lambda low, x, high: lax.clamp(low, x, high),
        np.float32([0, 3, NAN]),
        np.float32([NAN, 2, 1]),
        np.float32([1] * 3),
    )
    agree(lambda x: lax.clamp(jnp.int32(3), x, jnp.int32(1)), np.int32([0, 2, 5]))


def test_powers(agree):
    x, y = np.float32([2, 0.5, 0, 1, NAN, 9]), np.float32([3, -2, 0, NAN, 0, 0.5])
    agree({"pow": lax.pow, "square": lambda x, _: x**2, "root": lambda x, _: x**0.5}, x, y)
    agree(lax.pow, x, np.int32([3, -2, 0, 1, 0, 2]))
    agree(lambda x: x**39, np.array([3, -2, 5]))


def test_the_logistic_map_in_64_bits(agree):
    def ten_times(x):
        for _ in range(10):
            x = 22 * x * (x + 1) % 61
        return x

    built = agree(ten_times, np.array([1, 2, 3]))
    assert built.run(np.array([1, 2, 3]))["y"].tolist() == [28, 25, 37]


def test_multiply_and_add(agree):
    built = agree(lambda a, b, c: a * b + c, *np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    assert built.operators == ["Mul", "Add"]


def test_max_with_zero_is_relu_and_keeps_nan(agree):
    assert agree(lambda x: jnp.maximum(x, 0), np.float32([NAN, -1, 2])).operators == ["Relu"]


def test_time_of_day_in_microseconds(agree):
    moments = np.array([0, 10**15, -(10**15), -(2**63) + 1, -1])
    agree({"hour": lambda t: t // 3_600_000_000 % 24, "weekday": lambda t: (t // 86_400_000_000 + 4) % 7}, moments)


def test_bfloat16_is_computed_in_float32(agree):
    agree(lambda x: (jnp.asarray(x, jnp.bfloat16) * 3 + 1).astype(jnp.float32), np.float32([1, 2.5, NAN]))


@pytest.mark.parametrize("dtype", FLOATS)
def test_the_order_of_all_floats(agree, dtype):
    x = np.sort(np.array([NAN, INF, -INF, 0, 0.5, -2.5, 3], dtype))
    agree(
        {
            side: lambda x, side=side: jnp.searchsorted(jnp.asarray([-1, 0, 0, 2.0], dtype), x, side=side)
            for side in ("left", "right")
        },
        x,
    )


def test_constants_that_float32_takes_for_zero_or_one(agree):
    functions = {"add": lambda x: 1e-100 + x, "sub": lambda x: x - 1e-100, "mul": lambda x: x * (1 + 1e-9)}
    functions |= {"div": lambda x: x / (1 - 1e-9), "one": lambda x: x * 1, "over": lambda x: 1e-100 - x}
    built = agree({name: lambda x, f=f: -f(-x) for name, f in functions.items()}, np.array([1.0, 3e-100, -7]))
    assert built.run(np.array([3e-100]))["sub"] == 4e-100


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_chosen_zero_keeps_its_sign(agree, dtype):
    x, y = pairs([0.0, -0.0, 2, -3, NAN, INF], dtype)
    signs = {
        "both": lambda x, y: jnp.where(x > y, x, y),
        "known": lambda x, y: jnp.where(y > 1, x, 0),
        "negative": lambda x, y: jnp.where(y > 1, -0.0, x),
        "positive": lambda x, _: jnp.where(x > 0, x, -x),
        "cut": lambda x, _: jnp.trunc(x / 4),
    }
    agree(signs, x, y)
    agree({name: lambda x, y, f=f: 1 / f(x, y) for name, f in signs.items()}, x, y)


def test_small_probabilities(agree):
    agree(lambda x: jnp.log(lax.logistic(x)), np.float32([-80, -20, -10, 0, 5, INF, NAN]))
