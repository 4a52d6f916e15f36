"""Elementwise primitives: most are one torch function; the rest keep JAX's meaning at the edges."""

import operator
from functools import partial
from typing import Any

import numpy as np
import torch

from philtre.targets.torch.carrier import LOWEST
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import BROADCASTING, RULES, Data, dtype_of, elementwise, given_dtype
from philtre.trace import Equation


def _named(function: Any, g: Graph, equation: Equation, *data: Data) -> Data:
    return function(*data)


_SAME = {
    "neg": torch.neg,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "rsqrt": torch.rsqrt,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": torch.acos,
    "atan": torch.atan,
    "atan2": torch.atan2,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "asinh": torch.asinh,
    "acosh": torch.acosh,
    "atanh": torch.atanh,
    "is_finite": torch.isfinite,
    "square": torch.square,
    "and": torch.bitwise_and,
    "or": torch.bitwise_or,
    "xor": torch.bitwise_xor,
    "not": torch.bitwise_not,
    "stop_gradient": torch.detach,
}


def _enter(name: str, rule: Any) -> None:
    RULES[name] = rule
    BROADCASTING.add(name)


for _name, _function in _SAME.items():
    _enter(_name, partial(_named, _function))


def _operated(function: Any, g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    return function(*numbers(a, b))


def numbers(a: Data, b: Data) -> tuple[Data, Data]:
    """A known number beside a tensor as a Python number, which costs torch no look-up."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a, b
    return _number(a), _number(b)


def _number(x: Data) -> Data:
    plain = isinstance(x, torch.Tensor) and x.ndim == 0 and x.dtype != torch.bool
    return x.item() if plain else x


for _name, _function in {
    "add": operator.add,
    "add_any": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}.items():
    _enter(_name, partial(_operated, _function))


@elementwise("max", "min")
def _extreme(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    if given_dtype(equation) == np.bool_:
        return (torch.logical_or if equation.primitive.name == "max" else torch.logical_and)(a, b)
    if equation.primitive.name == "max" and _is_zero(b) and g.within("custom_jvp_call"):
        return torch.relu(a)
    return (torch.maximum if equation.primitive.name == "max" else torch.minimum)(a, b)


def _is_zero(x: Data) -> bool:
    """Whether it is a known zero: the bound of relu, whose own gradient there is torch's."""
    return isinstance(x, torch.Tensor) and x.ndim == 0 and not bool(x)


@elementwise("div")
def _div(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    """Divide; integers truncate, give all ones for x / 0 and wrap for the smallest / -1, where C would trap."""
    dtype = given_dtype(equation)
    if dtype.kind not in "iu":
        return torch.div(a, _number(b) if not isinstance(a, torch.Tensor) else b)
    if dtype.name == "uint64":
        return g.call(divide_uint64, a, b)[0]
    if _is_safe(b):
        return torch.div(a, _number(b), rounding_mode="trunc")
    quotient = torch.div(a, _safe(b, dtype), rounding_mode="trunc")
    if dtype.kind == "i":
        quotient = torch.where(b == -1, -a, quotient)
    return torch.where(b == 0, 255 if dtype.name == "uint8" else -1, quotient)


@elementwise("rem")
def _rem(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    """Take the remainder with the sign of the dividend; for integers x rem 0 is x."""
    dtype = given_dtype(equation)
    if dtype.kind not in "iu":
        return torch.fmod(a, b)
    if dtype.name == "uint64":
        return g.call(divide_uint64, a, b)[1]
    if _is_safe(b):
        return torch.fmod(a, _number(b))
    rest = torch.fmod(a, _safe(b, dtype))
    return torch.where(b == 0, a, rest)


def _is_safe(b: Data) -> bool:
    return isinstance(b, torch.Tensor) and bool(((b != 0) & (b != -1)).all())


def _safe(b: Data, dtype: Any) -> Data:
    """The divisor with 0 and -1 replaced by 1."""
    unsafe = (b == 0) | (b == -1) if dtype.kind == "i" else b == 0
    return torch.where(unsafe, 1, b)


def divide_uint64(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Quotient and remainder of 64-bit patterns: halve the dividend to make it positive, double, correct once.

    Reference: Warren, "Hacker's Delight", 2013, section 9-3.
    """
    large = b < 0
    divisor = torch.where(large | (b == 0), 1, b)
    quotient = torch.div((a >> 1) & (2**63 - 1), divisor, rounding_mode="trunc") << 1
    rest = a - quotient * divisor
    more = (rest ^ LOWEST) >= (divisor ^ LOWEST)
    quotient, rest = quotient + more, torch.where(more, rest - divisor, rest)
    fits = (a ^ LOWEST) >= (b ^ LOWEST)
    quotient = torch.where(large, fits.to(a.dtype), torch.where(b == 0, -1, quotient))
    rest = torch.where(large, torch.where(fits, a - b, a), torch.where(b == 0, a, rest))
    return quotient, rest


@elementwise("sign")
def _sign(g: Graph, equation: Equation, x: Data) -> Data:
    """Keep NaN and the sign of zero, which torch's sign turns into 0."""
    dtype = given_dtype(equation)
    if dtype.kind == "c":
        return torch.sgn(x)
    if dtype.name == "uint64":
        return (x != 0).to(torch.int64)
    return torch.sign(x) if dtype.kind in "iu" else torch.where((x > 0) | (x < 0), torch.sign(x), x)


@elementwise("abs")
def _abs(g: Graph, equation: Equation, x: Data) -> Data:
    return x if given_dtype(equation).kind == "u" else torch.abs(x)


@elementwise("round")
def _round(g: Graph, equation: Equation, x: Data) -> Data:
    nearest = torch.round(x)
    if int(equation.params["rounding_method"]) == 1:
        return nearest
    tie = torch.abs(x - torch.trunc(x)) == 0.5
    return torch.where(tie, torch.trunc(x) + torch.sign(x), nearest)


@elementwise("integer_pow")
def _integer_pow(g: Graph, equation: Equation, x: Data) -> Data:
    """Multiply by squaring, as JAX does."""
    exponent = equation.params["y"]
    result, power = None, x
    for bit in reversed(bin(abs(exponent))[2:]):
        if bit == "1":
            result = power if result is None else result * power
        power = power * power
    if exponent == 0 or result is None:
        return torch.ones_like(x)
    return result if exponent > 0 else torch.reciprocal(result)


@elementwise("pow")
def _pow(g: Graph, equation: Equation, x: Data, y: Data) -> Data:
    same = given_dtype(equation, 1) == dtype_of(equation)
    return torch.pow(x, y if same else y.to(g.carrier(dtype_of(equation))))


@elementwise("select_n")
def _select_n(g: Graph, equation: Equation, which: Data, *cases: Data) -> Data:
    if given_dtype(equation) == np.bool_:
        return torch.where(which, cases[1], cases[0])
    chosen = cases[-1]
    for index in reversed(range(len(cases) - 1)):
        chosen = torch.where(which <= index, cases[index], chosen)
    return chosen


@elementwise("clamp")
def _clamp(g: Graph, equation: Equation, low: Data, x: Data, high: Data) -> Data:
    return torch.minimum(torch.maximum(x, low), high)


@elementwise("mulhi")
def _mulhi(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    """The upper half of a product."""
    dtype = given_dtype(equation)
    if dtype.itemsize > 4:
        raise g.refuse("of 64 bits: torch has no integers of 128")
    width = dtype.itemsize * 8
    upper = (a.to(torch.int64) * b.to(torch.int64)) >> width
    return (upper & (2**width - 1) if dtype.kind == "u" else upper).to(g.carrier(dtype))


@elementwise("copy", "copy_p", "sharding_constraint", "name", "pvary")
def _same(g: Graph, equation: Equation, x: Data) -> Data:
    return x


@elementwise("optimization_barrier", "device_put")
def _barrier(g: Graph, equation: Equation, *data: Data) -> list[Data]:
    return list(data)
