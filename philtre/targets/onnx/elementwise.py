"""Elementwise primitives: most are one ONNX operator; the rest keep JAX's meaning at the edges."""

from dataclasses import replace
from functools import partial

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import FORMULAS, RULES, rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


def _named(operator: str, g: Graph, equation: Equation, *values: Value) -> Value:
    return g.apply(operator, *values)


_SAME = {
    "neg": "Neg",
    "abs": "Abs",
    "floor": "Floor",
    "ceil": "Ceil",
    "exp": "Exp",
    "log": "Log",
    "sqrt": "Sqrt",
    "tanh": "Tanh",
    "sin": "Sin",
    "cos": "Cos",
}
RULES |= {primitive: partial(_named, operator) for primitive, operator in _SAME.items()}


def _arithmetic(operator: str, g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    return arithmetic(g, operator, a, b)


def arithmetic(g: Graph, operator: str, a: Value, b: Value) -> Value:
    """Add, subtract, multiply or divide.

    onnxruntime drops the sum with a float64 constant that float32 takes for 0, and the product with one that it
    takes for 1. Sum is not dropped, nor are half of the number and twice the result.
    """
    number = next((v.constant for v in (b, a) if v.constant is not None and v.constant.size == 1), None)
    if a.dtype != np.float64 or number is None or (b.constant is None and operator in ("Sub", "Div")):
        return g.apply(operator, a, b)
    neutral = operator in ("Mul", "Div")
    if number == neutral or np.float32(number.item()) != neutral:
        return g.apply(operator, a, b)
    if not neutral:
        return g.apply("Sum", a, b if operator == "Add" else g.constant(-number))
    x, half = (a, g.constant(number / 2)) if b.constant is not None else (b, g.constant(number / 2))
    if operator == "Div":
        return g.apply("Mul", g.apply("Div", x, half), g.number(0.5, x))
    return g.apply("Mul", g.apply("Mul", x, half), g.number(2, x))


_ARITHMETIC = {"add": "Add", "add_any": "Add", "sub": "Sub", "mul": "Mul"}
RULES |= {primitive: partial(_arithmetic, operator) for primitive, operator in _ARITHMETIC.items()}


def _compared(operator: str, g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    return g.compare(operator, a, b)


_ORDER = {"eq": "Equal", "lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual"}
RULES |= {primitive: partial(_compared, operator) for primitive, operator in _ORDER.items()}


def _total_order(operator: str, g: Graph, equation: Equation, a: Value, b: Value) -> Value | None:
    return g.compare(operator, a, b) if a.dtype.kind in "iub" else None


RULES |= {f"{primitive}_to": partial(_total_order, _ORDER[primitive]) for primitive in ("eq", "lt", "le")}


def _logical(boolean: str, bitwise: str, g: Graph, equation: Equation, *values: Value) -> Value:
    return g.apply(boolean if values[0].dtype == np.bool_ else bitwise, *values)


_LOGIC = {
    "and": ("And", "BitwiseAnd"),
    "or": ("Or", "BitwiseOr"),
    "xor": ("Xor", "BitwiseXor"),
    "not": ("Not", "BitwiseNot"),
}
RULES |= {primitive: partial(_logical, *operators) for primitive, operators in _LOGIC.items()}


@rule("ne")
def _ne(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    if a is b and g.offers("IsNaN", a.dtype):
        return g.apply("IsNaN", a, dtype=np.bool_)
    return g.apply("Not", g.compare("Equal", a, b))


@rule("max", "min")
def _extreme(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    smaller = equation.primitive.name == "min"
    if a.dtype == np.bool_:
        return g.apply("And" if smaller else "Or", a, b)
    for value, bound in ((a, b), (b, a)):
        if not smaller and bound.stored == () and bound.constant == 0 and g.offers("Relu", value.dtype):
            return g.apply("Relu", value)
    return g.extreme("Min" if smaller else "Max", a, b)


@rule("div")
def _div(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    """Divide; integers truncate, give all ones for x / 0 and wrap for the smallest / -1, where C would trap."""
    if a.dtype.kind not in "iub":
        return arithmetic(g, "Div", a, b)
    quotient = g.apply("Div", a, _divisor(g, b))
    if b.constant is not None and b.constant.all():
        return quotient if (b.constant != -1).all() else g.where(_is(g, b, -1), g.apply("Neg", a), quotient)
    if a.dtype.kind == "i":
        quotient = g.where(_is(g, b, -1), g.apply("Neg", a), quotient)
    ones = g.constant(~np.zeros((), a.dtype))
    return g.where(_is(g, b, 0), ones, quotient)


@rule("rem")
def _rem(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    """Take the remainder with the sign of the dividend; for integers x rem 0 is x."""
    if a.dtype.kind not in "iub":
        return g.apply("Mod", a, b, fmod=1)
    divisor = _divisor(g, b)
    rest = g.apply("Sub", a, g.apply("Mul", g.apply("Div", a, divisor), divisor))
    if b.constant is not None and b.constant.all():
        return rest
    return g.where(_is(g, b, 0), a, rest)


def _is(g: Graph, value: Value, number: int) -> Value:
    return g.compare("Equal", value, g.number(number, value))


def _divisor(g: Graph, b: Value) -> Value:
    """The divisor with 0 and -1 replaced by 1."""
    if b.constant is not None:
        safe = np.where((b.constant == 0) | (b.constant.astype(object) == -1), 1, b.constant).astype(b.dtype)
        return replace(g.constant(safe), shape=b.shape)
    unsafe = _is(g, b, 0)
    if b.dtype.kind == "i":
        unsafe = g.apply("Or", unsafe, _is(g, b, -1))
    return g.where(unsafe, g.number(1, b), b)


@rule("sign")
def _sign(g: Graph, equation: Equation, x: Value) -> Value:
    """Keep NaN and the sign of zero, which ONNX's Sign turns into 0."""
    zero = g.number(0, x)
    positive = g.where(g.compare("Greater", x, zero), g.number(1, x), x)
    if x.dtype.kind == "u":
        return positive
    return g.where(g.compare("Less", x, zero), g.number(-1, x), positive)


@rule("round")
def _round(g: Graph, equation: Equation, x: Value) -> Value | None:
    return g.apply("Round", x) if int(equation.params["rounding_method"]) == 1 else None


@rule("rsqrt")
def _rsqrt(g: Graph, equation: Equation, x: Value) -> Value:
    return g.apply("Reciprocal", g.apply("Sqrt", x))


@rule("erf")
def _erf(g: Graph, equation: Equation, x: Value) -> Value | None:
    return g.apply("Erf", x) if g.offers("Erf", x.dtype) else None


@rule("square")
def _square(g: Graph, equation: Equation, x: Value) -> Value:
    return g.apply("Mul", x, x)


@rule("integer_pow")
def _integer_pow(g: Graph, equation: Equation, x: Value) -> Value:
    """Multiply by squaring, which is exact for integers, where ONNX's Pow goes through floats."""
    exponent = equation.params["y"]
    result, power = None, x
    for bit in reversed(bin(abs(exponent))[2:]):
        if bit == "1":
            result = power if result is None else g.apply("Mul", result, power)
        power = g.apply("Mul", power, power)
    if result is None:
        return replace(g.number(1, x), shape=x.shape)
    return result if exponent > 0 else g.apply("Reciprocal", result)


@rule("pow")
def _pow(g: Graph, equation: Equation, x: Value, y: Value) -> Value:
    return g.apply("Pow", x, g.cast(y, x.dtype))


@rule("is_finite")
def _is_finite(g: Graph, equation: Equation, x: Value) -> Value:
    return g.compare("Equal", g.apply("Sub", x, x), g.number(0, x))


@rule("select_n")
def _select_n(g: Graph, equation: Equation, which: Value, *cases: Value) -> Value:
    if which.dtype == np.bool_:
        return _chosen(g, which, cases[1], cases[0])
    chosen = cases[-1]
    for index in reversed(range(len(cases) - 1)):
        chosen = g.where(g.compare("LessOrEqual", which, g.number(index, which)), cases[index], chosen)
    return chosen


def _chosen(g: Graph, which: Value, chosen: Value, other: Value) -> Value:
    """Choose with the sign of zero: onnxruntime's Where gives 0.0 for a chosen -0.0.

    It is safe where -0.0 cannot be chosen, or with the cases in turn (not by Not, which onnxruntime takes back); else
    each case is chosen apart, as its negative, and 0 elsewhere. Formulas do not depend on it.
    """
    inside = any(equation.primitive.name in FORMULAS for equation in g.equations[:-1])
    if inside or chosen.dtype.kind in "iub" or _no_negative_zero(g, which, chosen):
        return g.where(which, chosen, other)
    turned = g.apply("Xor", which, g.constant(True))
    if _no_negative_zero(g, turned, other):
        return g.where(turned, other, chosen)
    zero = g.number(0, chosen)
    first = g.apply("Neg", g.where(turned, zero, g.apply("Neg", chosen)))
    return g.apply("Sub", first, g.where(which, zero, g.apply("Neg", other)))


def _no_negative_zero(g: Graph, which: Value, value: Value) -> bool:
    """Whether a value is surely not -0.0 where it is chosen: a constant, or strictly above or below 0."""
    if value.constant is not None:
        return not bool(np.any((value.constant == 0) & np.signbit(value.constant.astype(np.float64))))
    maker = g.makers.get(which.name)
    if maker is None or maker.op_type not in ("Greater", "Less") or value.name not in maker.input:
        return False
    bounds = [g.tensors[name].constant for name in maker.input if name != value.name]
    return all(bound is not None and not np.any(bound) for bound in bounds)


@rule("clamp")
def _clamp(g: Graph, equation: Equation, low: Value, x: Value, high: Value) -> Value:
    return clamped(g, low, x, high)


def clamped(g: Graph, low: Value, x: Value, high: Value) -> Value:
    """Move values into a range, by one operator where its kernel is right."""
    if low.stored == high.stored == () and g.offers("Clip", x.dtype):
        return g.apply("Clip", x, low, high)
    return g.extreme("Min", g.extreme("Max", x, low), high)


@rule("stop_gradient", "copy", "copy_p", "sharding_constraint", "layout_constraint", "reshard", "name", "pvary")
def _same(g: Graph, equation: Equation, x: Value) -> Value:
    return x


@rule("optimization_barrier", "device_put", "dce_sink")
def _barrier(g: Graph, equation: Equation, *values: Value) -> list[Value]:
    return list(values[: len(equation.outvars)])
