"""Special functions as formulas: XLA's own where it has one, so that both are off by the same; measured against JAX."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.formula import polynomial
from philtre.targets.onnx.table import FORMULAS, formula
from philtre.trace import EXPANSIONS

FORMULAS |= {name: (lambda *arrays, expand=expand, **_: expand(*arrays)) for name, expand in EXPANSIONS.items()}


@formula("lgamma")
def lgamma(x: Any, **_: Any) -> Any:
    """Logarithm of the size of the gamma function. Reference: Lanczos, "A precision approximation", 1964."""
    reflected = x < 0.5
    z = jnp.where(reflected, -x, x - 1)
    total = _lanczos(z, lambda c, at: c / at) + 1
    t = z + _G + 0.5
    log_t = lax.log1p(z / (_G + 0.5)) + math.log(_G + 0.5)
    plain = (z + 0.5 - t / log_t) * log_t + math.log(2 * math.pi) / 2 + lax.log(total)
    part = lax.abs(x) - lax.floor(lax.abs(x))
    part = jnp.where(part > 0.5, 1 - part, part)
    below = lax.log(lax.sin(math.pi * part))
    other = jnp.where(lax.is_finite(below), math.log(math.pi) - below - plain, -below)
    return jnp.where(lax.abs(x) == jnp.inf, jnp.asarray(jnp.inf, x.dtype), jnp.where(reflected, other, plain))


@formula("digamma")
def digamma(x: Any, **_: Any) -> Any:
    """Derivative of lgamma; NaN at its poles. Reference: as `lgamma`."""
    reflected = x < 0.5
    z = jnp.where(reflected, -x, x - 1)
    ratio = _lanczos(z, lambda c, at: c / (at * at)) / (_lanczos(z, lambda c, at: c / at) + 1)
    t = z + _G + 0.5
    plain = lax.log1p(z / (_G + 0.5)) + math.log(_G + 0.5) - ratio - _G / t
    part = math.pi * (x + lax.abs(lax.floor(x + 0.5)))
    other = plain - math.pi * lax.cos(part) / lax.sin(part)
    pole = (x <= 0) & (x == lax.floor(x))
    return jnp.where(pole, jnp.asarray(jnp.nan, x.dtype), jnp.where(reflected, other, plain))


def _lanczos(z: Any, term: Any) -> Any:
    return sum(term(jnp.asarray(c, z.dtype), z + place) for place, c in enumerate(_LANCZOS, 1))


@formula("erf_inv")
def erf_inv(x: Any, **_: Any) -> Any:
    """Inverse of erf. Reference: Giles, "Approximating the erfinv function", GPU Computing Gems 2, 2011."""
    w = -lax.log1p(-x * x)
    root = lax.sqrt(w)
    if x.dtype == np.float64:
        far = jnp.where(w < 16, polynomial(root - 3.25, _INVERSE_64[1]), polynomial(root - 5, _INVERSE_64[2]))
        factor = jnp.where(w < 6.25, polynomial(w - 3.125, _INVERSE_64[0]), far)
    else:
        factor = jnp.where(w < 5, polynomial(w - 2.5, _INVERSE[0]), polynomial(root - 3, _INVERSE[1]))
    return x * jnp.where(lax.abs(x) == 1, jnp.asarray(jnp.inf, x.dtype), factor)


@formula("zeta")
def zeta(x: Any, q: Any, **_: Any) -> Any:
    """Hurwitz zeta function: ten terms, and the rest by Euler and Maclaurin."""
    x, q = jnp.broadcast_arrays(x, q)
    total = sum(lax.pow(q + k, -x) for k in range(10))
    end = q + 10
    last = lax.pow(end, -x)
    total = total + last * (end / (x - 1) + 0.5)
    rise, power = x, last / end
    for k, number in enumerate(_BERNOULLI):
        total = total + rise * power * number
        rise = rise * (x + 2 * k + 1) * (x + 2 * k + 2)
        power = power / (end * end)
    nan, inf = (jnp.asarray(number, x.dtype) for number in (jnp.nan, jnp.inf))
    even = (x == lax.floor(x)) & (lax.floor(x / 2) == x / 2)
    pole = (q <= 0) & (q == lax.floor(q))
    total = jnp.where(pole, jnp.where(even, inf, nan), total)
    total = jnp.where((q <= 0) & (x != lax.floor(x)), nan, total)
    return jnp.where(x == 1, inf, jnp.where(x < 1, nan, total))


@formula("polygamma")
def polygamma(n: Any, x: Any, **_: Any) -> Any:
    """Derivative n of digamma, by the zeta function."""
    odd = lax.floor(n / 2) != n / 2
    size = lax.exp(lax.lgamma(n + 1)) * lax.zeta(n + 1, x)
    value = jnp.where(n == 0, lax.digamma(x), jnp.where(odd, size, -size))
    return jnp.where((n != lax.floor(n)) | (n < 0), jnp.asarray(jnp.nan, x.dtype), value)


@formula("bessel_i1e")
def bessel_i1e(x: Any, **_: Any) -> Any:
    """exp(-|x|) * I1(x): the series for small x, whose terms are all positive, the asymptotic one for the rest."""
    size, bound = lax.abs(x), jnp.asarray(20 if x.dtype == np.float64 else 8, x.dtype)
    near = lax.min(size, bound)
    series = [1 / (math.factorial(k) * math.factorial(k + 1)) for k in range(50 if x.dtype == np.float64 else 25)]
    below = near / 2 * lax.exp(-near) * polynomial(near * near / 4, series[::-1])
    steps = [1.0]
    for k in range(1, 20 if x.dtype == np.float64 else 10):
        steps.append(-steps[-1] * (4 - (2 * k - 1) ** 2) / (8 * k))
    above = polynomial(1 / lax.max(size, bound), steps[::-1]) / lax.sqrt(2 * math.pi * size)
    return lax.sign(x) * jnp.where(size < bound, below, above)


_G = 7
_LANCZOS = (
    676.520368121885098567009190444019, -1259.13921672240287047156078755283, 771.3234287776530788486528258894,
    -176.61502916214059906584551354, 12.507343278686904814458936853, -0.13857109526572011689554707,
    9.984369578019570859563e-6, 1.50563273514931155834e-7,
)  # fmt: skip
"""The constant term is 1 to the last digit but two."""
_BERNOULLI = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600,
    -3617 / 10670622842880000, 43867 / 5109094217170944000,
)  # fmt: skip
"""Bernoulli's numbers B(2k), each over (2k)!."""
_INVERSE = (
    (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
     0.246640727, 1.50140941),
    (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
     1.00167406, 2.83297682),
)  # fmt: skip
_INVERSE_64 = (
    (-3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18, 1.115787767802518096e-17,
     -1.333171662854620906e-16, 2.0972767875968561637e-17, 6.6376381343583238325e-15, -4.0545662729752068639e-14,
     -8.1519341976054721522e-14, 2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11,
     1.051212273321532285e-09, -4.1126339803469836976e-09, -2.9070369957882005086e-08, 4.2347877827932403518e-07,
     -1.3654692000834678645e-06, -1.3882523362786468719e-05, 0.0001867342080340571352, -0.00074070253416626697512,
     -0.0060336708714301490533, 0.24015818242558961693, 1.6536545626831027356),
    (2.2137376921775787049e-09, 9.0756561938885390979e-08, -2.7517406297064545428e-07, 1.8239629214389227755e-08,
     1.5027403968909827627e-06, -4.013867526981545969e-06, 2.9234449089955446044e-06, 1.2475304481671778723e-05,
     -4.7318229009055733981e-05, 6.8284851459573175448e-05, 2.4031110387097893999e-05, -0.0003550375203628474796,
     0.00095328937973738049703, -0.0016882755560235047313, 0.0024914420961078508066, -0.0037512085075692412107,
     0.005370914553590063617, 1.0052589676941592334, 3.0838856104922207635),
    (-2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-09, -3.7894654401267369937e-09,
     7.6157012080783393804e-09, -1.4960026627149240478e-08, 2.9147953450901080826e-08, -6.7711997758452339498e-08,
     2.2900482228026654717e-07, -9.9298272942317002539e-07, 4.5260625972231537039e-06, -1.9681778105531670567e-05,
     7.5995277030017761139e-05, -0.00021503011930044477347, -0.00013871931833623122026, 1.0103004648645343977,
     4.8499064014085844221),
)  # fmt: skip
