"""Primitives on bits: shifts beyond the width, counts, and the bits of one dtype read as another."""

from typing import Any

import numpy as np
import torch

from philtre.targets.torch.carrier import NATIVE
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, elementwise, given_dtype, rule, shape_of
from philtre.trace import Equation

_SIGNED = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_FORMATS = {"float16": (5, 10), "bfloat16": (8, 7), "float32": (8, 23), "float64": (11, 52)}


@elementwise("shift_left")
def _shift_left(g: Graph, equation: Equation, x: Data, count: Data) -> Data:
    width = _width(equation)
    if _within(count, width):
        return x << int(count)
    return torch.where(_inside(count, width), x << torch.clamp(count, 0, width - 1), 0)


@elementwise("shift_right_logical")
def _shift_right_logical(g: Graph, equation: Equation, x: Data, count: Data) -> Data:
    width, dtype = _width(equation), given_dtype(equation)
    carrier = g.carrier(dtype)
    if _within(count, width):
        return _logical(unsigned(x, dtype), int(count), width).to(carrier)
    shifted = _logical(unsigned(x, dtype), torch.clamp(count, 0, width - 1).to(torch.int64), width).to(carrier)
    return torch.where(_inside(count, width), shifted, 0)


def _logical(x: Data, count: Any, width: int) -> Data:
    """Shift non-negative numbers, or 64 bits whose copies of the sign are taken off."""
    if width < 64:
        return x >> count
    if isinstance(count, int):
        return (x >> count) & (2 ** (64 - count) - 1) if count else x
    return (x >> count) & (((torch.ones_like(count) << (63 - count)) << 1) - 1)


@elementwise("shift_right_arithmetic")
def _shift_right_arithmetic(g: Graph, equation: Equation, x: Data, count: Data) -> Data:
    width, dtype = _width(equation), given_dtype(equation)
    far = torch.where(_inside(count, width), count, width - 1)
    if dtype.kind == "i" or width == 64:
        return x >> far
    sign = 1 << (width - 1)
    signed = ((x.to(torch.int64) ^ sign) - sign) >> far.to(torch.int64)
    return (signed & (2 * sign - 1)).to(g.carrier(dtype))


def _width(equation: Equation) -> int:
    return int(given_dtype(equation).itemsize * 8)


def _within(count: Data, width: int) -> bool:
    return isinstance(count, torch.Tensor) and count.ndim == 0 and 0 <= int(count) < width


def _inside(count: Data, width: int) -> Data:
    return (count >= 0) & (count < width)


def unsigned(x: Data, dtype: Any) -> Data:
    """The bits as a non-negative int64; of 64 bits as they are."""
    wide = x.to(torch.int64)
    return wide & (2 ** (dtype.itemsize * 8) - 1) if dtype.kind == "i" and dtype.itemsize < 8 else wide


@elementwise("population_count")
def _population_count(g: Graph, equation: Equation, x: Data) -> Data:
    return population_count(unsigned(x, given_dtype(equation))).to(g.carrier(dtype_of(equation)))


def population_count(x: Data) -> Data:
    """Count the bits that are set. Reference: Warren, "Hacker's Delight", 2013, section 5-1."""
    x = x - ((x >> 1) & 0x5555_5555_5555_5555)
    x = (x & 0x3333_3333_3333_3333) + ((x >> 2) & 0x3333_3333_3333_3333)
    x = (x + (x >> 4)) & 0x0F0F_0F0F_0F0F_0F0F
    return ((x * 0x0101_0101_0101_0101) >> 56) & 0x7F


@elementwise("clz")
def _clz(g: Graph, equation: Equation, x: Data) -> Data:
    """Count the zeros above the highest bit: set all bits below it, count what is left."""
    bits, width = unsigned(x, given_dtype(equation)), _width(equation)
    smeared = bits
    for step in (1, 2, 4, 8, 16, 32):
        smeared = smeared | _logical(smeared, step, 64)
    return (width - population_count(smeared)).to(g.carrier(dtype_of(equation)))


@rule("bitcast_convert_type")
def _bitcast(g: Graph, equation: Equation, x: Data) -> Data:
    before, after = given_dtype(equation), dtype_of(equation)
    if before == np.bool_ or after == np.bool_:
        return x.to(g.carrier(after))
    source = x.to(_SIGNED[before.itemsize]) if before.name.startswith("uint") and before.itemsize > 1 else x
    wanted = _SIGNED[after.itemsize] if after.name.startswith("uint") and after.itemsize > 1 else NATIVE[after.name]
    if after.itemsize < before.itemsize:
        source = torch.unsqueeze(source, -1)
    seen = source.contiguous().view(wanted)
    return torch.reshape(seen, g.sizes(shape_of(equation))).to(g.carrier(after))


@elementwise("reduce_precision")
def _reduce_precision(g: Graph, equation: Equation, x: Data) -> Data:
    """Round to fewer bits, half to even; what is too large becomes infinite, what is too small zero."""
    dtype = given_dtype(equation)
    exponent, mantissa = equation.params["exponent_bits"], equation.params["mantissa_bits"]
    own_exponent, own_mantissa = _FORMATS[dtype.name]
    whole = _SIGNED[dtype.itemsize]
    bits = x.view(whole)
    if mantissa < own_mantissa:
        last = 1 << (own_mantissa - mantissa)
        bits = (bits + (((bits >> (own_mantissa - mantissa)) & 1) + (last >> 1) - 1)) & -last
    if exponent < own_exponent:
        sign = x.view(whole) & -(1 << (dtype.itemsize * 8 - 1))
        infinite = ((1 << own_exponent) - 1) << own_mantissa
        bias, reduced = (1 << (own_exponent - 1)) - 1, (1 << (exponent - 1)) - 1
        size = bits & infinite
        bits = torch.where(size > (bias + reduced) << own_mantissa, sign | infinite, bits)
        bits = torch.where(size <= (bias - reduced) << own_mantissa, sign, bits)
    return torch.where(torch.isnan(x), x, bits.view(g.carrier(dtype)))


@elementwise("nextafter")
def _nextafter(g: Graph, equation: Equation, x: Data, y: Data) -> Data:
    if given_dtype(equation) != np.float16:
        return torch.nextafter(x, y)
    order = _order(x)
    step = torch.where(_order(y) > order, 1, -1)
    moved = _float16(torch.where(order + step == -1, torch.where(step > 0, order + step, -2), order + step))
    moved = torch.where(x == 0, torch.sign(y) * 2.0**-24, moved)
    return torch.where(torch.isnan(x) | torch.isnan(y), torch.nan, torch.where(x == y, y, moved)).to(torch.float16)


def _order(x: Data) -> Data:
    return total_order(x, 2)


def _float16(order: Data) -> Data:
    bits = torch.where(order < 0, (order ^ 0x7FFF).to(torch.int16), order.to(torch.int16))
    return bits.contiguous().view(torch.float16)


def total_order(x: Data, itemsize: int) -> Data:
    """Integers in the order of floats: -NaN, -infinity, ..., -0, 0, ..., infinity, NaN."""
    bits = x.contiguous().view(_SIGNED[itemsize])
    return torch.where(bits < 0, bits ^ (2 ** (itemsize * 8 - 1) - 1), bits)


@elementwise("lt_to", "le_to")
def _total(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    """Compare in the total order of floats."""
    dtype = given_dtype(equation)
    if dtype.kind == "f" or dtype.name == "bfloat16":
        a, b = total_order(a, dtype.itemsize), total_order(b, dtype.itemsize)
    return a < b if equation.primitive.name == "lt_to" else a <= b
