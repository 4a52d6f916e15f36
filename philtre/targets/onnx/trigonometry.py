"""Angles and hyperbolic functions as formulas, where onnxruntime has no kernel for the dtype; measured against JAX."""

import math
from functools import partial
from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.targets.onnx.formula import polynomial
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import RULES, formula
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


def _single(operator: str, g: Graph, equation: Equation, x: Value) -> Value | None:
    return g.apply(operator, x) if g.offers(operator, x.dtype) else None


_SINGLE = ["tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh"]
RULES |= {name: partial(_single, name.capitalize()) for name in _SINGLE}


@formula("tan")
def tan(x: Any, **_: Any) -> Any:
    """Sine over cosine."""
    return lax.sin(x) / lax.cos(x)


@formula("atan")
def atan(x: Any, **_: Any) -> Any:
    """Arc tangent, from the angle to the nearest of 0, 45 and 90 degrees. Reference: Moshier, "Cephes", atan.c."""
    size = lax.abs(x)
    far, near = size > math.tan(3 * math.pi / 8), size <= 0.66
    middle = (size - 1) / (size + 1)
    rest = jnp.where(far, -1 / size, jnp.where(near, size, middle))
    square = rest * rest
    bend = square * polynomial(square, _ATAN) / polynomial(square, _ATAN_BELOW)
    base = jnp.where(far, math.pi / 2, jnp.where(near, 0.0, math.pi / 4)).astype(x.dtype)
    error = jnp.where(far, _LOST, jnp.where(near, 0.0, _LOST / 2)).astype(x.dtype)
    angle = base + (rest * bend + rest + error)
    return jnp.where((x < 0) | (x > 0), jnp.where(x < 0, -angle, angle), x)


@formula("atan2")
def atan2(y: Any, x: Any, **_: Any) -> Any:
    """The angle of a point: the arc tangent of the smaller over the larger side, in its octant."""
    high, low = lax.max(lax.abs(x), lax.abs(y)), lax.min(lax.abs(x), lax.abs(y))
    one = jnp.ones((), x.dtype)
    ratio = jnp.where(high == low, jnp.where(high == 0, one * 0, one), low / high)
    ratio = jnp.where((x != x) | (y != y), x + y, ratio)
    angle = lax.atan(ratio)
    angle = jnp.where(lax.abs(y) > lax.abs(x), jnp.asarray(math.pi / 2, x.dtype) - angle, angle)
    angle = jnp.where(below_zero(x), jnp.asarray(math.pi, x.dtype) - angle, angle)
    return jnp.where((y > 0) | ((y == 0) & (1 / y > 0)), angle, -angle)


def below_zero(x: Any) -> Any:
    """Whether a number has a minus sign, -0.0 included."""
    return (x < 0) | ((x == 0) & (1 / x < 0))


@formula("asin")
def asin(x: Any, **_: Any) -> Any:
    """Arc sine by the arc tangent of half the angle."""
    return 2 * lax.atan(x / (1 + lax.sqrt((1 - x) * (1 + x))))


@formula("acos")
def acos(x: Any, **_: Any) -> Any:
    """Arc cosine by the arc tangent of half the angle."""
    angle = 2 * lax.atan2(lax.sqrt((1 - x) * (1 + x)), 1 + x)
    return jnp.where(x == -1, jnp.asarray(math.pi, x.dtype), angle)


@formula("sinh")
def sinh(x: Any, **_: Any) -> Any:
    """Half of exp(x) - exp(-x), exact near zero; large numbers are halved before they overflow."""
    size = lax.abs(x)
    grown = lax.expm1(jnp.where(size < 1, size, jnp.zeros_like(size)))
    near = (grown + grown / (grown + 1)) / 2
    half = lax.exp(size / 2)
    far = half * (half / 2) - 0.5 / half / half
    return jnp.where(x != x, x, lax.sign(x) * jnp.where(size < 1, near, far))


@formula("cosh")
def cosh(x: Any, **_: Any) -> Any:
    """Half of exp(x) + exp(-x); large numbers are halved before they overflow."""
    half = lax.exp(lax.abs(x) / 2)
    return half * (half / 2) + 0.5 / half / half


@formula("asinh")
def asinh(x: Any, **_: Any) -> Any:
    """log(x + sqrt(x * x + 1)), exact near zero; the square of large numbers is not needed."""
    size = lax.abs(x)
    small = lax.min(size, jnp.asarray(1e8, x.dtype))
    near = lax.log1p(small + small * small / (1 + lax.sqrt(small * small + 1)))
    far = lax.log(size) + math.log(2)
    return jnp.where(x != x, x, lax.sign(x) * jnp.where(size < 1e8, near, far))


@formula("acosh")
def acosh(x: Any, **_: Any) -> Any:
    """log(x + sqrt(x * x - 1)), exact near one."""
    small = lax.min(x, jnp.asarray(1e8, x.dtype)) - 1
    near = lax.log1p(small + lax.sqrt(small * (small + 2)))
    return jnp.where(x < 1e8, near, lax.log(x) + math.log(2))


@formula("atanh")
def atanh(x: Any, **_: Any) -> Any:
    """Half of log((1 + x) / (1 - x)), exact near zero."""
    size = lax.abs(x)
    return lax.sign(x) * lax.log1p(2 * size / (1 - size)) / 2


_LOST = 6.123233995736765886130e-17
"""What the float64 of half pi lacks."""
_ATAN = (
    -8.750608600031904122785e-1, -1.615753718733365076637e1, -7.500855792314704667340e1, -1.228866684490136173410e2,
    -6.485021904942025371773e1,
)  # fmt: skip
_ATAN_BELOW = (
    1.0, 2.485846490142306297962e1, 1.650270098316988542046e2, 4.328810604912902668951e2, 4.853903996359136964868e2,
    1.945506571482613964425e2,
)  # fmt: skip
