"""Primitives written as formulas of others, where ONNX has no operator or no kernel; measured against JAX.

onnxruntime's Where gives 0.0 for a chosen -0.0, and takes the cases of a negated condition in turn; what may be
-0.0 is therefore the other case, of a condition that is no `~` or `!=`.
"""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.table import formula


@formula("log1p")
def log1p(x: Any, **_: Any) -> Any:
    """Logarithm of 1 + x, exact near zero.

    Reference: Kahan, in Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 1.14.1.
    """
    one = jnp.ones((), x.dtype)
    u = one + x
    near = jnp.log(u) * (x / (u - one))
    return jnp.where((u != one) & (u != jnp.inf), near, x)


@formula("expm1")
def expm1(x: Any, **_: Any) -> Any:
    """Exponential of x, minus 1, exact near zero. Reference: as `log1p`."""
    one = jnp.ones((), x.dtype)
    u = jnp.exp(x)
    near = (u - one) * (x / jnp.log(u))
    plain = (u == jnp.inf) | (u - one == -one)
    return jnp.where(jnp.abs(u - one) > 0, jnp.where(plain, u - one, near), x)


@formula("exp2")
def exp2(x: Any, **_: Any) -> Any:
    """Two to the power of x."""
    return lax.pow(jnp.asarray(2, x.dtype), x)


@formula("cbrt")
def cbrt(x: Any, **_: Any) -> Any:
    """Cube root: a power, and one step of Newton's method."""
    size = jnp.abs(x)
    root = lax.pow(size, jnp.asarray(1 / 3, x.dtype))
    root = root - (root * root * root - size) / (3 * root * root)
    return jnp.where((size > 0) & (size < jnp.inf), lax.sign(x) * root, x)


@formula("round")
def round_away(x: Any, **_: Any) -> Any:
    """Round half away from zero: only exact halves differ from rounding half to even."""
    half = jnp.asarray(0.5, x.dtype)
    tie = jnp.abs(x - jnp.floor(x)) == half
    return jnp.where(tie, x + lax.sign(x) * half, lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN))


@formula("lt_to")
def less(a: Any, b: Any, **_: Any) -> Any:
    """Compare in the order of all floats: -0.0 is below 0.0, NaN above all."""
    lost = (a == a) & (b != b)
    return (a < b) | lost | ((a == 0) & (b == 0) & (1 / a < 1 / b))


@formula("le_to")
def less_or_equal(a: Any, b: Any, **_: Any) -> Any:
    """Compare as `less`, equal ones included."""
    return ~less(b, a)


@formula("eq_to")
def equal(a: Any, b: Any, **_: Any) -> Any:
    """Compare as `less`: NaN equals NaN, 0.0 does not equal -0.0."""
    return ~(less(a, b) | less(b, a))


@formula("erf")
def erf(x: Any, **_: Any) -> Any:
    """Error function of float64. Reference: Moshier, "Cephes", ndtr.c."""
    small = x * polynomial(x * x, _ERF) / polynomial(x * x, _ERF_BELOW)
    return jnp.where(jnp.abs(x) >= 1, 1 - _tail(x), small)


@formula("erfc")
def erfc(x: Any, **_: Any) -> Any:
    """Complementary error function, exact in its tail. Reference: Moshier, "Cephes", ndtr.c and ndtrf.c."""
    return jnp.where(jnp.abs(x) < 1, 1 - lax.erf(x), _tail(x))


def _tail(x: Any) -> Any:
    """erfc(x) where abs(x) >= 1."""
    z = jnp.abs(x)
    if x.dtype == np.float64:
        near = polynomial(z, _ERFC) / polynomial(z, _ERFC_BELOW)
        ratio = jnp.where(z < 8, near, polynomial(z, _FAR) / polynomial(z, _FAR_BELOW))
    else:
        w = 1 / jnp.maximum(z, 1)
        ratio = w * jnp.where(z < 2, polynomial(w * w, _SINGLE), polynomial(w * w, _SINGLE_FAR))
    tail = jnp.where(z > 30, jnp.zeros((), x.dtype), jnp.exp(-x * x) * ratio)
    tail = jnp.where(jnp.isnan(x), x, tail)
    return jnp.where(x < 0, 2 - tail, tail)


def polynomial(x: Any, coefficients: Sequence[float]) -> Any:
    """Evaluate a polynomial by Horner's rule, the highest power first."""
    result = jnp.full((), coefficients[0], x.dtype)
    for coefficient in coefficients[1:]:
        result = result * x + jnp.asarray(coefficient, x.dtype)
    return result


_ERF = (
    9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3,
    5.55923013010394962768e4,
)  # fmt: skip
_ERF_BELOW = (
    1.0, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4,
    4.92673942608635921086e4,
)  # fmt: skip
_ERFC = (
    2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0, 4.86371970985681366614e1,
    1.96520832956077098242e2, 5.26445194995477358631e2, 9.34528527171957607540e2, 1.02755188689515710272e3,
    5.57535335369399327526e2,
)  # fmt: skip
_ERFC_BELOW = (
    1.0, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2,
    1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2,
)  # fmt: skip
_FAR = (
    5.64189583547755073984e-1, 1.27536670759978104416e0, 5.01905042251180477414e0, 6.16021097993053585195e0,
    7.40974269950448939160e0, 2.97886665372100240670e0,
)  # fmt: skip
_FAR_BELOW = (
    1.0, 2.26052863220117276590e0, 9.39603524938001434673e0, 1.20489539808096656605e1, 1.70814450747565897222e1,
    9.60896809063285878198e0, 3.36907645100081516050e0,
)  # fmt: skip
_SINGLE = (
    2.326819970068386e-2, -1.387039388740657e-1, 3.687424674597105e-1, -5.824733027278666e-1, 6.210004621745983e-1,
    -4.944515323274145e-1, 3.404879937665872e-1, -2.741127028184656e-1, 5.638259427386472e-1,
)  # fmt: skip
_SINGLE_FAR = (
    -1.047766399936249e1, 1.297719955372516e1, -7.495518717768503e0, 2.921019019210786e0, -1.015265279202700e0,
    4.218463358204948e-1, -2.820767439740514e-1, 5.641895067754075e-1,
)  # fmt: skip
