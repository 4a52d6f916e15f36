"""Elementwise primitives: NumPy's own functions where they mean the same, JAX's meaning at the edges elsewhere."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.precision import is_complex, widened
from philtre.targets.numpy.table import RULES, dtype_of, rule, shape_of
from philtre.trace import Equation


def elementwise(functions: dict[str, Callable[..., Any]]) -> None:
    """Enter functions of arrays, which are given small floats as float32 and whose result is rounded back."""
    RULES.update({name: partial(_applied, function) for name, function in functions.items()})


def _applied(function: Callable[..., Any], equation: Equation, *arrays: Array) -> Array:
    return np.asarray(function(*map(widened, arrays))).astype(dtype_of(equation), copy=False)


def _logistic(x: Array) -> Any:
    """1 / (1 + exp(-x))."""
    one = x.dtype.type(1)
    return one / (one + np.exp(-x))


def _sign(x: Array) -> Array:
    """Keep the sign of zero."""
    return np.where(x == 0, x, np.sign(x))


def _rsqrt(x: Array) -> Any:
    return x.dtype.type(1) / np.sqrt(x)


def _exp2(x: Array) -> Array:
    return np.exp(x * x.dtype.type(np.log(2))) if is_complex(x.dtype) else np.exp2(x)


def _atan2(y: Array, x: Array) -> Any:
    if not is_complex(x.dtype):
        return np.arctan2(y, x)
    return -1j * np.log((x + 1j * y) / np.sqrt(x * x + y * y))


def _pow(x: Array, y: Array) -> Array:
    """Any power of one, and the zeroth power of any number, is one."""
    y = y.astype(x.dtype)
    return np.where(y == 0, x.dtype.type(1), np.power(x, y))


def _clamp(low: Array, x: Array, high: Array) -> Array:
    return np.minimum(np.maximum(x, low), high)


elementwise(
    {
        "add": np.add,
        "add_any": np.add,
        "sub": np.subtract,
        "neg": np.negative,
        "abs": np.abs,
        "square": np.square,
        "sign": _sign,
        "max": np.maximum,
        "min": np.minimum,
        "clamp": _clamp,
        "floor": np.floor,
        "ceil": np.ceil,
        "exp": np.exp,
        "exp2": _exp2,
        "expm1": np.expm1,
        "log": np.log,
        "log1p": np.log1p,
        "logistic": _logistic,
        "pow": _pow,
        "sqrt": np.sqrt,
        "rsqrt": _rsqrt,
        "cbrt": np.cbrt,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "atan2": _atan2,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": np.arctanh,
        "is_finite": np.isfinite,
        "eq": np.equal,
        "ne": np.not_equal,
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
        "real": np.real,
        "imag": np.imag,
        "conj": np.conj,
    }
)


@rule("mul")
def _mul(equation: Equation, x: Array, y: Array) -> Array:
    """Multiply in the dtype of the result, which may be wider."""
    dtype = dtype_of(equation)
    product = np.multiply(widened(x.astype(dtype)), widened(y.astype(dtype)))
    return np.asarray(product).astype(dtype)


@rule("complex")
def _complex(equation: Equation, real: Array, imaginary: Array) -> Array:
    """Set the parts, since adding i times infinity makes NaN."""
    result = np.empty(shape_of(equation), dtype_of(equation))
    result.real, result.imag = real, imaginary
    return result


@rule("round")
def _round(equation: Equation, x: Array) -> Array:
    """Round to the nearest integer; halves to the even one, or by method 0 away from zero."""
    values = widened(x)
    if int(equation.params["rounding_method"]) == 1:
        return np.rint(values).astype(x.dtype)
    whole = np.trunc(values)
    half = np.abs(values - whole) >= 0.5
    return np.asarray(np.copysign(np.abs(whole) + half, values)).astype(x.dtype)


@rule("integer_pow")
def _integer_pow(equation: Equation, x: Array) -> Array:
    """Multiply by squaring, which wraps for integers and rounds as XLA does."""
    exponent, power = equation.params["y"], widened(x)
    result = np.ones_like(power)
    for bit in reversed(bin(abs(exponent))[2:]):
        result = result * power if bit == "1" else result
        power = power * power
    return np.asarray(result if exponent >= 0 else result.dtype.type(1) / result).astype(x.dtype)


@rule("nextafter")
def _nextafter(equation: Equation, x: Array, y: Array) -> Array:
    return np.asarray(np.nextafter(x, y))


@rule("select_n")
def _select_n(equation: Equation, which: Array, *cases: Array) -> Array:
    """Take each entry from the case that `which` counts, the nearest one where it counts too far."""
    if len(cases) == 2:
        return np.where(which.astype(bool), cases[1], cases[0])
    place = np.broadcast_to(np.clip(which, 0, len(cases) - 1), cases[0].shape)
    return np.asarray(np.take_along_axis(np.stack(cases), place[None], axis=0)[0])


@rule("stop_gradient", "copy", "copy_p", "sharding_constraint", "name", "reshard", "pvary")
def _same(equation: Equation, x: Array) -> Array:
    return x


@rule("optimization_barrier", "device_put")
def _barrier(equation: Equation, *values: Array) -> list[Array]:
    return list(values)
