"""Formulas in jnp of primitives that torch has no kernel for; their own primitives are lowered in turn."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.torch.table import formula


@formula("random_gamma")
def random_gamma(key: Any, alpha: Any, *, log_space: bool, **_: Any) -> Any:
    """Draw from gamma distributions with JAX's own stream of bits, all entries at once.

    Reference: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; jax.random.gamma.
    """
    keys = jnp.reshape(key, -1)
    count = alpha.size // keys.size
    split: Any = jax.vmap(lambda one: jax.random.split(one, count))
    keys = jnp.reshape(split(keys), -1)
    draw: Any = jax.vmap(lambda one, a: _gamma(one, a, log_space=log_space))
    return jnp.reshape(draw(keys, jnp.reshape(alpha, -1)), alpha.shape)


def _gamma(key: Any, alpha: Any, *, log_space: bool) -> Any:
    dtype = alpha.dtype

    def number(value: float) -> Any:
        return jnp.asarray(value, dtype)

    raised = jnp.where(alpha >= 1, alpha, alpha + number(1))
    d = raised - number(1 / 3)
    c = number(1 / 3) / jnp.sqrt(d)

    def rejected(state: Any) -> Any:
        _, x, v, u = state
        squeezed = u >= number(1) - number(0.0331) * (x * x)
        return squeezed & (jnp.log(u) >= x * number(0.5) + d * (number(1) - v + jnp.log(v)))

    def next_normal(state: Any) -> Any:
        key, own = jax.random.split(state[0])
        x = jax.random.normal(own, (), dtype)
        return key, x, number(1) + x * c

    def propose(state: Any) -> Any:
        key, x_key, u_key = jax.random.split(state[0], 3)
        _, x, v = lax.while_loop(lambda s: s[2] <= 0, next_normal, (x_key, number(0), number(-1)))
        return key, x * x, v * v * v, jax.random.uniform(u_key, (), dtype)

    key, boost_key = jax.random.split(key)
    v = lax.while_loop(rejected, propose, (key, number(0), number(1), number(2)))[2]
    if log_space:
        logs = -jax.random.exponential(boost_key, (), dtype)
        boost = jnp.where((alpha >= 1) | (logs == 0), number(0), logs * (number(1) / alpha))
        return jnp.log(d) + jnp.log(v) + boost
    samples = number(1) - jax.random.uniform(boost_key, (), dtype)
    return d * v * jnp.where(alpha >= 1, number(1), lax.pow(samples, number(1) / alpha))


@formula("regularized_incomplete_beta")
def regularized_incomplete_beta(a: Any, b: Any, x: Any, **_: Any) -> Any:
    """I_x(a, b) by its continued fraction, evaluated from the other end where that converges faster.

    Reference: Press et al., "Numerical Recipes", 2007, section 6.4 (modified Lentz method).
    """
    dtype = jnp.promote_types(a.dtype, jnp.float32)
    wide_a, wide_b, wide_x = (value.astype(dtype) for value in (a, b, x))
    turned = wide_x > (wide_a + 1) / (wide_a + wide_b + 2)
    p, q = jnp.where(turned, wide_b, wide_a), jnp.where(turned, wide_a, wide_b)
    z = jnp.where(turned, 1 - wide_x, wide_x)
    logs = lax.lgamma(p + q) - lax.lgamma(p) - lax.lgamma(q) + p * jnp.log(z) + q * jnp.log1p(-z)
    part = jnp.exp(logs) * _fraction(p, q, z) / p
    result = jnp.where(turned, 1 - part, part)
    result = jnp.where(wide_x <= 0, jnp.zeros_like(result), jnp.where(wide_x >= 1, jnp.ones_like(result), result))
    wrong = (wide_a <= 0) | (wide_b <= 0) | (wide_x < 0) | (wide_x > 1) | jnp.isnan(wide_a + wide_b + wide_x)
    return jnp.where(wrong, jnp.full_like(result, jnp.nan), result).astype(a.dtype)


def _fraction(a: Any, b: Any, x: Any) -> Any:
    tiny = jnp.asarray(np.finfo(x.dtype).tiny, x.dtype)

    def safe(value: Any) -> Any:
        return jnp.where(jnp.abs(value) < tiny, tiny, value)

    def step(m: Any, state: Any) -> Any:
        c, d, h = state
        n = (m + 1).astype(x.dtype)
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        d, c = 1 / safe(1 + even * d), safe(1 + even / c)
        h = h * d * c
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
        d, c = 1 / safe(1 + odd * d), safe(1 + odd / c)
        return c, d, h * d * c

    first = 1 / safe(1 - (a + b) * x / (a + 1))
    return lax.fori_loop(jnp.int32(0), jnp.int32(200), step, (jnp.ones_like(x), first, first))[2]
