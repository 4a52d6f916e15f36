"""Integers wrap, divide towards zero, survive division by zero, and are made of bits."""

from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.elementwise import elementwise
from philtre.targets.numpy.table import rule
from philtre.trace import Equation


def _divided(x: Array, y: Array) -> Array:
    """Divide; an integer divided by zero has all bits set, the smallest one divided by -1 stays."""
    if x.dtype.kind not in "iu":
        return np.divide(x, y)
    divisor = np.where(y == 0, x.dtype.type(1), y)
    return np.where(y == 0, ~np.zeros((), x.dtype), (x - np.fmod(x, divisor)) // divisor)


def _rest(x: Array, y: Array) -> Array:
    """The remainder, with the sign of `x`; for an integer x rem 0 is x."""
    if x.dtype.kind not in "iu":
        return np.fmod(x, y)
    return np.where(y == 0, x, np.fmod(x, np.where(y == 0, x.dtype.type(1), y)))


elementwise({"div": _divided, "rem": _rest})


@rule("and")
def _and(equation: Equation, x: Array, y: Array) -> Array:
    return np.bitwise_and(x, y)


@rule("or")
def _or(equation: Equation, x: Array, y: Array) -> Array:
    return np.bitwise_or(x, y)


@rule("xor")
def _xor(equation: Equation, x: Array, y: Array) -> Array:
    return np.bitwise_xor(x, y)


@rule("not")
def _not(equation: Equation, x: Array) -> Array:
    return np.invert(x)


def unsigned(x: Array) -> Array:
    """The same bits, read as an unsigned integer."""
    return x.view(f"u{x.dtype.itemsize}")


def bits(dtype: np.dtype[Any]) -> int:
    """Width of a dtype."""
    return dtype.itemsize * 8


def _within(y: Array) -> tuple[Array, Array]:
    """Which shifts are less than the width, and these shifts, 0 for others; negative ones are far too large."""
    inside = unsigned(y) < bits(y.dtype)
    return inside, np.where(inside, y, y.dtype.type(0))


@rule("shift_left")
def _shift_left(equation: Equation, x: Array, y: Array) -> Array:
    inside, amount = _within(y)
    return np.where(inside, np.left_shift(x, amount), x.dtype.type(0))


@rule("shift_right_logical")
def _shift_right_logical(equation: Equation, x: Array, y: Array) -> Array:
    inside, amount = _within(y)
    shifted = np.asarray(np.right_shift(unsigned(x), unsigned(amount)))
    return np.where(inside, shifted.view(x.dtype), x.dtype.type(0))


@rule("shift_right_arithmetic")
def _shift_right_arithmetic(equation: Equation, x: Array, y: Array) -> Array:
    """Shift copies of the sign in; beyond the width only they are left."""
    signed = x.view(f"i{x.dtype.itemsize}")
    inside, amount = _within(y)
    last = signed.dtype.type(bits(x.dtype) - 1)
    return np.asarray(np.right_shift(signed, np.where(inside, amount.view(signed.dtype), last))).view(x.dtype)


@rule("population_count")
def _population_count(equation: Equation, x: Array) -> Array:
    return np.bitwise_count(unsigned(x)).astype(x.dtype)


@rule("clz")
def _clz(equation: Equation, x: Array) -> Array:
    """Count leading zeros: set all bits below the highest one, and count those that are not."""
    smeared = unsigned(x)
    for shift in (1, 2, 4, 8, 16, 32):
        if shift < bits(x.dtype):
            smeared = smeared | smeared >> smeared.dtype.type(shift)
    return np.asarray(bits(x.dtype) - np.bitwise_count(smeared)).astype(x.dtype)


@rule("mulhi")
def _mulhi(equation: Equation, x: Array, y: Array) -> Array:
    """The high half of the product, by Python's integers, which do not overflow."""
    product = x.astype(object) * y.astype(object)
    return np.asarray(product // 2 ** bits(x.dtype)).astype(x.dtype)
