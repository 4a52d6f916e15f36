"""Elementwise functions: NaN, infinities, both zeros, wrapping, truncation, division by zero, shifts too far."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import (
    ANY,
    COMPLEX,
    FLOATS,
    INTEGERS,
    NUMBERS,
    SIGNED,
    WIDE,
    Case,
    alike,
    cases,
    edge,
    edge_pairs,
    fixed,
    moderates,
)

OF_ONE = [
    "neg",
    "abs",
    "floor",
    "ceil",
    "round",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "rsqrt",
    "cbrt",
    "tanh",
    "logistic",
    "sign",
    "square",
    "is_finite",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "asinh",
    "acosh",
    "atanh",
    "erf",
    "erfc",
    "erf_inv",
    "reciprocal",
]
SPECIAL = ["lgamma", "digamma", "bessel_i0e", "bessel_i1e"]
OF_TWO = ["add", "sub", "mul", "div", "rem"]
LIMITS = ["max", "min"]
ORDER = ["eq", "ne", "lt", "le", "gt", "ge"]
BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor"]
SHIFTS = ["shift_left", "shift_right_arithmetic", "shift_right_logical"]
POWERS = {f"integer_pow_{n}": lambda x, n=n: lax.integer_pow(x, n) for n in (-2, -1, 0, 1, 2, 3, 7)}
NEAR_ONE = alike([-1, -0.75, -0.25, -0.0, 0, 0.125, 0.5, 0.75, 1, np.nan])
POSITIVE = alike([0.25, 0.5, 1, 1.5, 2, 3, 5, 10])


def named(names: list[str]) -> dict[str, object]:
    return {name: getattr(lax, name) for name in names}


def _where(x, y):
    return jnp.where(x > y, x, y)


FIVE_PAIRS = alike([0.5, 1, 2, 3, 4], [1, 0.25, 2, 5, 3])

CASES = [
    *cases("elementwise", named(OF_ONE), edge, dtypes=FLOATS, elementwise=True),
    *cases("elementwise", named(SPECIAL), POSITIVE, dtypes=WIDE),
    *cases("elementwise", POWERS, edge, elementwise=True),
    *cases("integer", {name: f for name, f in POWERS.items() if "-" not in name}, edge, dtypes=INTEGERS),
    *cases("elementwise", named([*OF_TWO, *ORDER]), edge_pairs, dtypes=NUMBERS, elementwise=True),
    *cases("elementwise", named(LIMITS), edge_pairs, dtypes=NUMBERS, elementwise=True, signed=False),
    *cases("logic", named(["max", "min", *ORDER, *BITWISE]), edge_pairs, dtypes=("bool",)),
    *cases("bitwise", named(BITWISE), edge_pairs, dtypes=INTEGERS),
    *cases("bitwise", named(["population_count", "clz", "bitwise_not"]), edge, dtypes=INTEGERS),
    Case("logic.not", lax.bitwise_not, edge, ("bool",)),
    *cases("integer", named(["neg", "sign", "square"]), edge, dtypes=INTEGERS),
    Case("integer.abs", lax.abs, edge, SIGNED),
    *cases("shift", named(SHIFTS), edge_pairs, dtypes=INTEGERS),
    Case("elementwise.pow", lax.pow, edge_pairs, FLOATS, elementwise=True),
    Case("elementwise.pow_integers", lambda x: jnp.power(x, 3), edge, INTEGERS),
    Case(
        "elementwise.pow_float_integer",
        lambda x, n: lax.pow(x, n),
        fixed([0.5, -2, 3, 0, -0.0], np.int32([3, -2, 0, 0, 3])),
    ),
    Case("elementwise.atan2", lax.atan2, edge_pairs, FLOATS, elementwise=True),
    Case("elementwise.nextafter", lax.nextafter, edge_pairs, WIDE, exact=True),
    Case("elementwise.igamma", lax.igamma, FIVE_PAIRS, WIDE),
    Case("elementwise.igammac", lax.igammac, FIVE_PAIRS, WIDE),
    Case("elementwise.betainc", lambda a, b: lax.betainc(a, b, jnp.full_like(a, 0.25)), FIVE_PAIRS, WIDE),
    Case("elementwise.zeta", lax.zeta, alike([2, 3, 4.5], [1, 2, 0.5]), WIDE),
    Case("elementwise.polygamma", lax.polygamma, alike([1, 2, 3], [1, 2, 0.5]), WIDE),
    Case(
        "elementwise.clamp", lambda x: lax.clamp(x.dtype.type(1), x, x.dtype.type(3)), edge, NUMBERS, elementwise=True
    ),
    Case("elementwise.clamp_nan", lambda x, y: lax.clamp(x, y, x), edge_pairs, FLOATS, elementwise=True, signed=False),
    Case(
        "elementwise.select_n",
        lambda x, k: lax.select_n(k, x, x + x, x * x),
        fixed([1, 2, 3, 4], np.int32([0, 1, 2, 1])),
        NUMBERS,
    ),
    Case(
        "elementwise.select_bool",
        lambda x, k: lax.select_n(k, x, ~x),
        fixed([0, 1, 0], np.array([False, True, True])),
        ("bool",),
    ),
    Case("elementwise.where", _where, edge_pairs, ANY, exact=True),
    Case("elementwise.copysign", jnp.copysign, edge_pairs, FLOATS, exact=True),
    Case("elementwise.signbit", jnp.signbit, edge, FLOATS),
    Case("elementwise.round_even", jnp.round, edge, FLOATS, exact=True),
    Case("elementwise.trunc", jnp.trunc, edge, FLOATS, exact=True),
    Case("elementwise.floor_divide", lambda x, y: x // y, edge_pairs, INTEGERS),
    Case("elementwise.remainder", lambda x, y: x % y, edge_pairs, INTEGERS),
    Case("elementwise.divmod_scalar", lambda x: (x // 3, x % 3, x // 7), edge, INTEGERS),
    Case(
        "elementwise.remainder_float",
        jnp.remainder,
        alike([5, -5, 5, -5, 0, 1], [3, 3, -3, -3, 2, np.inf]),
        FLOATS,
        elementwise=True,
        signed=False,
    ),
    Case("elementwise.nan_to_num", lambda x: jnp.nan_to_num(x, posinf=9, neginf=-9), edge, FLOATS, exact=True),
    Case("elementwise.reduce_precision", lambda x: lax.reduce_precision(x, 5, 3), edge, ("float32",), exact=True),
    Case("elementwise.stop_gradient", lax.stop_gradient, edge, FLOATS, exact=True),
    Case("elementwise.logaddexp", jnp.logaddexp, edge_pairs, WIDE),
    Case("elementwise.isnan", lambda x: (jnp.isnan(x), jnp.isinf(x), jnp.isposinf(x)), edge, FLOATS),
    Case("elementwise.broadcast", lambda a, b: a[:, None] * b + 1, moderates((3,), (4,)), NUMBERS),
    Case(
        "elementwise.logistic_map",
        lambda x: jax.lax.fori_loop(0, 10, lambda _, y: y * y % 6700417, x),
        alike([1, 2, 999_999, 1_000_000]),
        ("int64",),
    ),
    Case("elementwise.copy", lambda x: lax.optimization_barrier(jnp.copy(x)), edge, ANY, exact=True),
    Case("elementwise.mulhi", lambda x, y: lax.mulhi(x, y), edge_pairs, ("int32", "uint32")),
    *cases(
        "complex",
        named(["add", "sub", "mul", "neg", "conj", "real", "imag", "square", "eq", "ne"])
        | {
            "div": lambda x, y: x / y,
            "abs": lambda x, y: abs(x),
            "angle": lambda x, y: jnp.angle(x),
            "exp": lambda x, y: jnp.exp(x),
            "log": lambda x, y: jnp.log(x),
            "sqrt": lambda x, y: jnp.sqrt(x),
            "sin": lambda x, y: jnp.sin(x),
            "tanh": lambda x, y: jnp.tanh(x),
            "pow": lambda x, y: x**y,
            "sum": lambda x, y: (x.sum(), x.prod()),
            "dot": lambda x, y: x @ y,
            "make": lambda x, y: lax.complex(x.real, y.imag),
            "conj": lambda x, y: jnp.conj(x),
            "real": lambda x, y: x.real,
            "imag": lambda x, y: x.imag,
            "neg": lambda x, y: -x,
            "square": lambda x, y: jnp.square(x),
            "sign": lambda x, y: jnp.sign(x),
            "expm1": lambda x, y: jnp.expm1(x),
            "log1p": lambda x, y: jnp.log1p(x),
            "integer_pow": lambda x, y: x**3,
        },
        moderates((5,), (5,)),
        dtypes=COMPLEX,
    ),
]
