"""Probit: from probabilities to the standard normal numbers that have them, and back."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

LEAST = 1e-7
"""Probabilities are held above it, and below 1 less it."""
TAIL = 0.02425
_CENTRE = (
    *(-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.383577518672690e2),
    *(-3.066479806614716e1, 2.506628277459239),
)
_CENTRE_BELOW = (
    *(-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1),
    *(-1.328068155288572e1, 1.0),
)
_TAIL = (
    *(-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734),
    *(4.374664141464968, 2.938163982698783),
)
_TAIL_BELOW = (7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1.0)


def probit(below: jax.Array, above: jax.Array) -> jax.Array:
    """The standard normal numbers of given probabilities, held within minus and plus 5.2.

    Args:
        below: [n], probabilities of a smaller number.
        above: [n], 1 less those, as exact near 0 as `below` is.

    Reference: Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003.
    """
    least = jnp.maximum(jnp.minimum(below, above), np.asarray(LEAST, below.dtype))
    size = jnp.where(least < TAIL, _tail(least), _centre(least))
    return jnp.where(below < above, size, -size)


def probability(values: jax.Array) -> jax.Array:
    """The probability that a standard normal number is smaller."""
    return lax.erfc(-values * np.asarray(np.sqrt(0.5), values.dtype)) / np.asarray(2, values.dtype)


def _centre(p: jax.Array) -> jax.Array:
    q = p - np.asarray(0.5, p.dtype)
    return q * _polynomial(q * q, _CENTRE) / _polynomial(q * q, _CENTRE_BELOW)


def _tail(p: jax.Array) -> jax.Array:
    q = jnp.sqrt(-2 * jnp.log(p))
    return _polynomial(q, _TAIL) / _polynomial(q, _TAIL_BELOW)


def _polynomial(x: jax.Array, coefficients: Sequence[float]) -> jax.Array:
    result: jax.Array = jnp.zeros_like(x)
    for coefficient in coefficients:
        result = result * x + np.asarray(coefficient, x.dtype)
    return result
