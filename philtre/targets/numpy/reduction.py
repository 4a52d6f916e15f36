"""Reductions and running ones: a sum of small floats is taken in float32, NaN wins, no entries give the identity."""

from collections.abc import Callable
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.precision import highest, is_complex, lowest, widened
from philtre.targets.numpy.table import dtype_of, rule
from philtre.trace import Equation


@rule("reduce_sum")
def _sum(equation: Equation, x: Array) -> Array:
    return _reduced(np.add, equation, x)


@rule("reduce_prod")
def _prod(equation: Equation, x: Array) -> Array:
    return _reduced(np.multiply, equation, x)


@rule("reduce_max")
def _max(equation: Equation, x: Array) -> Array:
    return _reduced(np.maximum, equation, x, lowest(widened(x).dtype))


@rule("reduce_min")
def _min(equation: Equation, x: Array) -> Array:
    return _reduced(np.minimum, equation, x, highest(widened(x).dtype))


@rule("reduce_and")
def _all(equation: Equation, x: Array) -> Array:
    return _reduced(np.bitwise_and, equation, x)


@rule("reduce_or")
def _any(equation: Equation, x: Array) -> Array:
    return _reduced(np.bitwise_or, equation, x)


@rule("reduce_xor")
def _odd(equation: Equation, x: Array) -> Array:
    return _reduced(np.bitwise_xor, equation, x)


def _reduced(function: np.ufunc, equation: Equation, x: Array, first: Any = None) -> Array:
    """Reduce some axes; a logical function of no axes leaves the array."""
    values, axes = widened(x), tuple(equation.params["axes"])
    if not axes:
        return x
    known = {} if first is None else {"initial": first}
    return np.asarray(function.reduce(values, axis=axes, dtype=values.dtype, **known)).astype(dtype_of(equation))


@rule("argmax")
def _argmax(equation: Equation, x: Array) -> Array:
    return _place(np.argmax, equation, x)


@rule("argmin")
def _argmin(equation: Equation, x: Array) -> Array:
    return _place(np.argmin, equation, x)


def _place(function: Callable[..., Array], equation: Equation, x: Array) -> Array:
    """Where the extreme is: the first NaN, else the first of equals."""
    (axis,) = equation.params["axes"]
    return np.asarray(function(widened(x), axis=axis)).astype(equation.params["index_dtype"])


@rule("cumsum")
def _cumsum(equation: Equation, x: Array) -> Array:
    return _running(np.add, equation, x)


@rule("cumprod")
def _cumprod(equation: Equation, x: Array) -> Array:
    return _running(np.multiply, equation, x)


@rule("cummax")
def _cummax(equation: Equation, x: Array) -> Array:
    return _running(np.maximum, equation, x)


@rule("cummin")
def _cummin(equation: Equation, x: Array) -> Array:
    return _running(np.minimum, equation, x)


@rule("cumlogsumexp")
def _cumlogsumexp(equation: Equation, x: Array) -> Array:
    if is_complex(x.dtype):
        return np.log(_running(np.add, equation, np.exp(x)))
    return _running(np.logaddexp, equation, x)


def _running(function: np.ufunc, equation: Equation, x: Array) -> Array:
    """Every entry with all before it, or with `reverse` all after it."""
    values, axis = widened(x), equation.params["axis"]
    values = np.flip(values, axis) if equation.params["reverse"] else values
    results = function.accumulate(values, axis=axis, dtype=values.dtype).astype(x.dtype)
    return np.flip(results, axis) if equation.params["reverse"] else results
