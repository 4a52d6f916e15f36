"""Primitives of bits: shifts, counts, and the bits of floats, with JAX's meaning beyond the width.

ONNX shifts unsigned integers only and says nothing of shifts beyond the width. Its BitCast came with operator set 26;
below that the bits of a float are computed, which is exact but for the sign and payload of NaN.
"""

import functools
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax
from onnx import helper

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import dtype_of, formula, rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation

_LAYOUTS = {"float16": (15, 10), "bfloat16": (127, 7), "float32": (127, 23), "float64": (1023, 52)}
"""Bias of the exponent and bits of the mantissa."""


@rule("shift_left", "shift_right_logical")
def _shift(g: Graph, equation: Equation, x: Value, by: Value) -> Value:
    """Shift; nothing is left beyond the width, and a negative shift is beyond it."""
    direction = "LEFT" if equation.primitive.name == "shift_left" else "RIGHT"
    return _shifted(g, direction, x, by, g.number(0, x))


@rule("shift_right_arithmetic")
def _shift_right_arithmetic(g: Graph, equation: Equation, x: Value, by: Value) -> Value:
    """Shift the complement of a negative number, so that ones come in; unsigned numbers count as signed ones."""
    signed = g.cast(x, np.dtype(f"int{x.dtype.itemsize * 8}"))
    negative = g.compare("Less", signed, g.number(0, signed))
    shifted = _shifted(g, "RIGHT", g.where(negative, g.apply("BitwiseNot", x), x), by, g.number(0, x))
    return g.where(negative, g.apply("BitwiseNot", shifted), shifted)


def _shifted(g: Graph, direction: str, x: Value, by: Value, beyond: Value) -> Value:
    width = x.dtype.itemsize * 8
    unsigned = np.dtype(f"uint{width}")
    wide = np.uint64 if width == 64 else np.uint32
    bits, count = (g.cast(g.cast(value, unsigned), wide) for value in (x, by))
    known = by.constant is not None and bool((by.constant.astype(unsigned) < width).all())
    if not known:
        inside = g.compare("Less", count, g.number(width, count))
        count = g.where(inside, count, g.number(0, count))
    result = g.cast(g.cast(g.apply("BitShift", bits, count, direction=direction), unsigned), x.dtype)
    return result if known else g.where(inside, result, beyond)


@formula("population_count")
def population_count(x: Any, **_: Any) -> Any:
    """Count the bits that are one, in pairs, nibbles and bytes. Reference: Warren, "Hacker's Delight", 2012, 5-1."""
    bits = _unsigned(x)
    one, two, four = (jnp.asarray(_repeated(byte, bits.dtype), bits.dtype) for byte in (0x55, 0x33, 0x0F))
    bits = bits - (lax.shift_right_logical(bits, _like(1, bits)) & one)
    bits = (bits & two) + (lax.shift_right_logical(bits, _like(2, bits)) & two)
    bits = (bits + lax.shift_right_logical(bits, _like(4, bits))) & four
    total = bits * jnp.asarray(_repeated(1, bits.dtype), bits.dtype)
    return lax.shift_right_logical(total, _like(_width(bits) - 8, bits)).astype(x.dtype)


@formula("clz")
def clz(x: Any, **_: Any) -> Any:
    """Count the leading zeros: all bits below the highest one become ones, the rest is counted."""
    bits = _unsigned(x)
    step = 1
    while step < _width(bits):
        bits = bits | lax.shift_right_logical(bits, _like(step, bits))
        step *= 2
    return lax.population_count(~bits).astype(x.dtype)


def _repeated(byte: int, dtype: Any) -> int:
    return int.from_bytes(bytes([byte]) * np.dtype(dtype).itemsize, "little")


def _like(number: int, x: Any) -> Any:
    return jnp.asarray(number, x.dtype)


def _width(x: Any) -> int:
    return int(np.dtype(x.dtype).itemsize * 8)


def _unsigned(x: Any) -> Any:
    return x.astype(f"uint{_width(x)}")


@formula("mulhi")
def mulhi(a: Any, b: Any, **_: Any) -> Any:
    """The upper half of a product, from the products of halves. Reference: Warren, "Hacker's Delight", 2012, 8-2."""
    half = _width(a) // 2
    mask = _like((1 << half) - 1, a)
    shift = lax.shift_right_arithmetic if np.dtype(a.dtype).kind == "i" else lax.shift_right_logical
    low_a, low_b, high_a, high_b = a & mask, b & mask, shift(a, _like(half, a)), shift(b, _like(half, b))
    low = lax.shift_right_logical(low_a * low_b, _like(half, a))
    middle = high_a * low_b + low
    carry = low_a * high_b + (middle & mask)
    return high_a * high_b + shift(middle, _like(half, a)) + shift(carry, _like(half, a))


@rule("bitcast_convert_type")
def _bitcast(g: Graph, equation: Equation, x: Value) -> Value | None:
    """Reinterpret bits; integers of one width by a cast, which wraps."""
    dtype = dtype_of(equation)
    if x.dtype == dtype:
        return x
    if x.dtype.itemsize != dtype.itemsize:
        return None
    if x.dtype.kind in "iu" and dtype.kind in "iu":
        return g.cast(x, dtype)
    if g.offers("BitCast", x.dtype):
        return g.apply("BitCast", x, dtype=dtype, to=helper.np_dtype_to_tensor_dtype(dtype))
    return None


@formula("bitcast_convert_type")
def bitcast(x: Any, *, new_dtype: Any, **_: Any) -> Any:
    """Reinterpret bits by arithmetic; a wider number becomes one more axis of its parts, least part first."""
    dtype = np.dtype(new_dtype)
    bits = _unsigned(x) if x.dtype.kind in "iu" else _bits(x)
    own, width = _width(bits), dtype.itemsize * 8
    unsigned = f"uint{width}"
    if width < own:
        steps = jnp.arange(0, own, width, dtype=bits.dtype)
        bits = lax.shift_right_logical(bits[..., None], jnp.broadcast_to(steps, (*bits.shape, own // width)))
    elif width > own:
        parts = [
            bits[..., part].astype(unsigned) << _like(part * own, jnp.zeros((), unsigned))
            for part in range(width // own)
        ]
        bits = functools.reduce(jnp.bitwise_or, parts)
    bits = bits.astype(unsigned)
    return bits.astype(dtype) if dtype.kind in "iu" else _float(bits, dtype)


def _bits(x: Any) -> Any:
    """The bits of a float: its exponent from a logarithm, put right by one step where that was rounded."""
    bias, mantissa = _LAYOUTS[np.dtype(x.dtype).name]
    unsigned = f"uint{_width(x)}"
    powers = jnp.asarray(np.ldexp(1.0, np.arange(1 - bias, bias + 1)), x.dtype)
    size = lax.abs(x)
    guess = lax.floor(lax.log(size) * jnp.asarray(1 / np.log(2), x.dtype)) + jnp.asarray(bias - 1, x.dtype)
    place = jnp.clip(guess.astype(jnp.int32), np.int32(0), np.int32(2 * bias - 1))
    place = place + ((size / powers[place] >= 2) & (place < 2 * bias - 1)).astype(jnp.int32)
    place = place - ((size < powers[place]) & (place > 0)).astype(jnp.int32)
    signed = f"int{_width(x)}"
    whole = (size / powers[place] * jnp.asarray(2.0**mantissa, x.dtype)).astype(signed).astype(unsigned)
    bits = whole + (place.astype(unsigned) << _like(mantissa, whole))
    infinite = _like((2 * bias + 1) << mantissa, whole)
    bits = jnp.where(size == jnp.inf, infinite, bits)
    bits = jnp.where(x != x, infinite | _like(1 << (mantissa - 1), whole), bits)
    negative = (x < 0) | ((x == 0) & (1 / x < 0))
    return jnp.where(negative, bits | _like(1 << (_width(x) - 1), whole), bits)


def _float(bits: Any, dtype: Any) -> Any:
    """The float of bits: its mantissa times a power of two from a table."""
    bias, mantissa = _LAYOUTS[np.dtype(dtype).name]
    exponents = np.maximum(np.arange(2 * bias + 2), 1) - bias - mantissa
    powers = jnp.asarray(np.ldexp(1.0, exponents.clip(None, bias)), dtype)
    place = lax.shift_right_logical(bits, _like(mantissa, bits)) & _like(2 * bias + 1, bits)
    rest = bits & _like((1 << mantissa) - 1, bits)
    normal = jnp.where(place > 0, rest | _like(1 << mantissa, bits), rest)
    size = normal.astype(dtype) * powers.at[place].get(mode="promise_in_bounds")
    special = jnp.where(rest == 0, jnp.asarray(jnp.inf, dtype), jnp.asarray(jnp.nan, dtype))
    size = jnp.where(place == 2 * bias + 1, special, size)
    return jnp.where(lax.shift_right_logical(bits, _like(_width(bits) - 1, bits)) == 0, size, -size)


@formula("nextafter")
def nextafter(x: Any, y: Any, **_: Any) -> Any:
    """The next float towards another: bits are counted up away from zero, down towards it."""
    bits = lax.bitcast_convert_type(x, f"uint{_width(x)}")
    one = _like(1, bits)
    away = (x < y) == (x > 0)
    moved = lax.bitcast_convert_type(jnp.where(away, bits + one, bits - one), x.dtype)
    bias, mantissa = _LAYOUTS[np.dtype(x.dtype).name]
    least = jnp.where(y > 0, 1, -1).astype(x.dtype) * jnp.asarray(2.0 ** (1 - bias - mantissa), x.dtype)
    moved = jnp.where(x == 0, least, moved)
    moved = jnp.where((x < y) | (x > y), moved, y)
    return jnp.where((x != x) | (y != y), jnp.asarray(jnp.nan, x.dtype), moved)


@formula("reduce_precision")
def reduce_precision(x: Any, *, exponent_bits: int, mantissa_bits: int, **_: Any) -> Any:
    """Round the mantissa to even; exponents out of range become zero or infinity."""
    bias, mantissa = _LAYOUTS[np.dtype(x.dtype).name]
    bits = lax.bitcast_convert_type(x, f"uint{_width(x)}")
    sign = bits & _like(1 << (_width(x) - 1), bits)
    infinite = _like((2 * bias + 1) << mantissa, bits)
    if mantissa_bits < mantissa:
        last = 1 << (mantissa - mantissa_bits)
        odd = jnp.where(bits & _like(last, bits) != 0, _like(1, bits), _like(0, bits))
        bits = (bits + odd + _like((last >> 1) - 1, bits)) & ~_like(last - 1, bits)
    if 1 << (exponent_bits - 1) < bias + 1:
        reach = (1 << (exponent_bits - 1)) - 1
        exponent = bits & infinite
        bits = jnp.where(exponent > _like((bias + reach) << mantissa, bits), sign | infinite, bits)
        bits = jnp.where(exponent <= _like((bias - reach) << mantissa, bits), sign, bits)
    return jnp.where(x != x, x, lax.bitcast_convert_type(bits, x.dtype))
