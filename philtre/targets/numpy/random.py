"""Random numbers are a hash of a key and a counter: the same bits as JAX's on every machine.

Reference: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011; jax.random with partitionable threefry.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.fields import Array
from philtre.targets.numpy.integer import unsigned
from philtre.targets.numpy.table import KEY, refusal, rule, shape_of
from philtre.targets.numpy.walk import interpret, packed
from philtre.trace import Equation, template

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


def threefry(key_high: Array, key_low: Array, high: Array, low: Array) -> tuple[Array, Array]:
    """Hash pairs of 32-bit words by a key, in twenty rounds of add, rotate and xor."""
    keys = (key_high, key_low, key_high ^ key_low ^ _PARITY)
    high, low = high + keys[0], low + keys[1]
    for group in range(5):
        for amount in _ROTATIONS[group % 2]:
            high = high + low
            low = (low << np.uint32(amount) | low >> np.uint32(32 - amount)) ^ high
        high, low = high + keys[(group + 1) % 3], low + keys[(group + 2) % 3] + np.uint32(group + 1)
    return high, low


@rule("threefry2x32")
def _threefry(equation: Equation, *words: Array) -> list[Array]:
    return list(threefry(*np.broadcast_arrays(*words)))


def _hashed(equation: Equation, keys: Array, counts: Array) -> tuple[Array, Array]:
    """Hash 64-bit counts by keys that broadcast with them."""
    if not jax.config.values["jax_threefry_partitionable"]:
        raise refusal(equation, "it runs with jax_threefry_partitionable=True")
    return threefry(*_words(keys), *_words(counts))


def _words(numbers: Array) -> tuple[Array, Array]:
    return (numbers >> np.uint64(32)).astype(np.uint32), numbers.astype(np.uint32)


def _packed(high: Array, low: Array) -> Array:
    return packed(np.stack([high, low], axis=-1))


def _counted(equation: Equation, keys: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Hash 0, 1, 2, ... in a shape, by each key."""
    counts = np.arange(math.prod(shape), dtype=np.uint64).reshape(shape)
    return _hashed(equation, keys.reshape((*keys.shape, *[1] * len(shape))), counts)


@rule("random_seed")
def _seed(equation: Equation, seeds: Array) -> Array:
    """Read the bits of the seed as a key; of at most 32 bits only the low word is set."""
    return unsigned(seeds) if seeds.dtype.itemsize == 8 else seeds.astype(np.uint32).astype(KEY)


@rule("random_wrap")
def _wrap(equation: Equation, words: Array) -> Array:
    return packed(words)


@rule("random_unwrap")
def _unwrap(equation: Equation, keys: Array) -> Array:
    return np.stack(_words(keys), axis=-1)


@rule("random_clone")
def _clone(equation: Equation, keys: Array) -> Array:
    return keys


@rule("random_split")
def _split(equation: Equation, keys: Array) -> Array:
    return _packed(*_counted(equation, keys, equation.params["shape"]))


@rule("random_fold_in")
def _fold_in(equation: Equation, keys: Array, data: Array) -> Array:
    return _packed(*_hashed(equation, keys, data.astype(np.uint32).astype(np.uint64)))


@rule("random_bits")
def _bits(equation: Equation, keys: Array) -> Array:
    """Both words make 64 bits; their exclusive or makes 32 and fewer."""
    high, low = _counted(equation, keys, equation.params["shape"])
    width = equation.params["bit_width"]
    return _packed(high, low) if width == 64 else (high ^ low).astype(f"u{width // 8}")


@rule("random_gamma")
def _gamma(equation: Equation, keys: Array, alpha: Array) -> Array:
    """Draw by `_one_gamma`, with a key for each entry as JAX splits them."""
    shape = shape_of(equation)
    count = math.prod(shape[keys.ndim :])
    log_space = equation.params["log_space"]

    def draw(keys: Any, alpha: Any) -> Any:
        own = jax.vmap(lambda key: jax.random.split(key, count))(keys).reshape(-1)
        return jax.vmap(lambda key, a: _one_gamma(key, a, log_space))(own, alpha)

    flat = template(equation.invars[0]).update(shape=(keys.size,))
    with jax.enable_x64(alpha.dtype == np.float64):
        jaxpr = jax.make_jaxpr(draw)(flat, jax.ShapeDtypeStruct((alpha.size,), alpha.dtype))
    return interpret(jaxpr, [keys.ravel(), alpha.ravel()], x64=alpha.dtype == np.float64)[0].reshape(shape)


def _one_gamma(key: Any, alpha: Any, log_space: bool) -> Any:
    """Draw one number of the gamma distribution, by rejection.

    Reference: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000; jax.random.gamma.
    """
    one, dtype = jnp.ones((), alpha.dtype), alpha.dtype
    large = alpha >= 1
    d = jnp.where(large, alpha, alpha + 1) - jnp.asarray(1 / 3, dtype)
    c = jnp.asarray(1 / 3, dtype) / jnp.sqrt(d)

    def refused(state: Any) -> Any:
        _, x, v, u = state
        quickly = u >= one - jnp.asarray(0.0331, dtype) * (x * x)
        return quickly & (jnp.log(u) >= x * jnp.asarray(0.5, dtype) + d * ((one - v) + jnp.log(v)))

    def candidate(state: Any) -> Any:
        key, own = jax.random.split(state[0])
        x = jax.random.normal(own, (), dtype)
        return key, x, one + x * c

    def attempt(state: Any) -> Any:
        key, for_x, for_u = jax.random.split(state[0], 3)
        _, x, v = lax.while_loop(lambda found: found[2] <= 0, candidate, (for_x, 0 * one, -one))
        return key, x * x, v * v * v, jax.random.uniform(for_u, (), dtype)

    key, for_boost = jax.random.split(key)
    v = lax.while_loop(refused, attempt, (key, 0 * one, one, 2 * one))[2]
    if log_space:
        logarithm = -jax.random.exponential(for_boost, (), dtype)
        boost = jnp.where(large | (logarithm == 0), 0 * one, logarithm * (one / alpha))
        return jnp.log(d) + jnp.log(v) + boost
    boost = jnp.where(large, one, lax.pow(1 - jax.random.uniform(for_boost, (), dtype), one / alpha))
    return d * v * boost
