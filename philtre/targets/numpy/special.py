"""Special functions: SciPy's where it has them; at the edges JAX's answers."""

import numpy as np
from scipy import special

from philtre.fields import Array
from philtre.targets.numpy.elementwise import elementwise

NODES, WEIGHTS = np.polynomial.laguerre.laggauss(64)
TERMS = 400


def _lgamma(x: Array) -> Array:
    """log |gamma(x)|; infinite at both ends."""
    return np.where(np.isinf(x), np.inf, special.gammaln(x))


def _digamma(x: Array) -> Array:
    """The derivative of log gamma; NaN at its poles."""
    return np.where((x <= 0) & (x == np.floor(x)), np.nan, special.digamma(x))


def _zeta(x: Array, q: Array) -> Array:
    """The sum over n of (n + q)^-x; at its poles infinite for even x, else NaN."""
    pole = (q <= 0) & (q == np.floor(q)) & (x != 1)
    undefined = pole & (np.fmod(x, 2) != 0) | (x > 1) & np.isposinf(q)
    return np.where(undefined, np.nan, special.zeta(x, q))


def _polygamma(order: Array, x: Array) -> Array:
    """The derivative of `order` of digamma: (-1)^(m + 1) m! zeta(m + 1, x)."""
    sign = np.where(order % 2 == 0, -1, 1)
    higher = sign * np.exp(special.gammaln(order + 1)) * _zeta(order + 1, x)
    return np.where(order == 0, _digamma(x), np.where(order == np.floor(order), higher, np.nan))


def _igamma(a: Array, x: Array) -> Array:
    return np.where(np.isposinf(a), _at_infinity(x), special.gammainc(a, x))


def _igammac(a: Array, x: Array) -> Array:
    return np.where(np.isposinf(a), 1 - _at_infinity(x), special.gammaincc(a, x))


def _at_infinity(x: Array) -> Array:
    """The limit of igamma for infinite `a`: 0 at 0, 1 at infinity, and JAX says no more."""
    return np.where(x == 0, 0, np.where(np.isposinf(x), 1, np.nan))


def _igamma_grad_a(a: Array, x: Array) -> Array:
    """The derivative of igamma in `a`: below the mean by its power series, above it by the integral of the rest."""
    a, x = a.astype(np.float64), x.astype(np.float64)
    below = x <= np.maximum(a, 1) + 1
    return np.where(below, _by_series(a, np.where(below, x, 1)), _by_tail(a, np.where(below, a + 2, x)))


def _by_series(a: Array, x: Array) -> Array:
    """Sum over n of x^(a + n) exp(-x) / gamma(a + n + 1) * (log x - digamma(a + n + 1))."""
    total, term = np.zeros_like(x), np.exp(a * np.log(x) - x - special.gammaln(a + 1))
    for n in range(TERMS):
        total = total + term * (np.log(x) - special.digamma(a + n + 1))
        term = term * x / (a + n + 1)
    return np.where(x == 0, 0, total)


def _by_tail(a: Array, x: Array) -> Array:
    """Minus the integral from x of t^(a - 1) exp(-t) (log t - digamma(a)) / gamma(a), by Gauss and Laguerre."""
    t = x[..., None] + NODES
    density = np.exp((a[..., None] - 1) * np.log(t) - x[..., None] - special.gammaln(a)[..., None])
    return -np.asarray((WEIGHTS * density * (np.log(t) - special.digamma(a)[..., None])).sum(axis=-1))


elementwise(
    {
        "erf": special.erf,
        "erfc": special.erfc,
        "erf_inv": lambda x: np.where(x == 0, x, special.erfinv(x)),
        "lgamma": _lgamma,
        "digamma": _digamma,
        "polygamma": _polygamma,
        "zeta": _zeta,
        "igamma": _igamma,
        "igammac": _igammac,
        "igamma_grad_a": _igamma_grad_a,
        "bessel_i0e": special.i0e,
        "bessel_i1e": special.i1e,
        "regularized_incomplete_beta": special.betainc,
    }
)
