"""Activations: array functions that work element by element, or along the last axis."""

import jax
import jax.numpy as jnp

from philtre import ops


def identity(x: jax.Array) -> jax.Array:
    """Give float[...] as it is. Reference: Axon's linear activation."""
    return x


def relu(x: jax.Array) -> jax.Array:
    """Clip at zero: max(x, 0). Reference: jax.nn.relu, ONNX Relu."""
    return jnp.maximum(x, jnp.zeros((), x.dtype))


def leaky_relu(x: jax.Array, slope: float = 0.01) -> jax.Array:
    """Scale what is negative: x where positive, `slope` * x elsewhere. Reference: jax.nn.leaky_relu."""
    return jnp.where(x >= 0, x, x * jnp.asarray(slope, x.dtype))


def elu(x: jax.Array, alpha: float = 1.0) -> jax.Array:
    """Bend what is negative: x where positive, `alpha` * (exp(x) - 1) elsewhere. Reference: jax.nn.elu."""
    negative = jnp.expm1(jnp.minimum(x, jnp.zeros((), x.dtype))) * jnp.asarray(alpha, x.dtype)
    return jnp.where(x > 0, x, negative)


def sigmoid(x: jax.Array) -> jax.Array:
    """Squash to (0, 1): 1 / (1 + exp(-x)). Reference: jax.nn.sigmoid."""
    return jax.nn.sigmoid(x)


def tanh(x: jax.Array) -> jax.Array:
    """Squash to (-1, 1). Reference: jnp.tanh."""
    return jnp.tanh(x)


def silu(x: jax.Array) -> jax.Array:
    """Gate by its own sigmoid: x * sigmoid(x). Reference: jax.nn.silu."""
    return x * jax.nn.sigmoid(x)


def gelu(x: jax.Array) -> jax.Array:
    """Gate by the normal distribution: x * Phi(x), by erf. Reference: Hendrycks and Gimpel, "GELUs", 2016."""
    y: jax.Array = ops.gelu(x)
    return y


def softplus(x: jax.Array) -> jax.Array:
    """Smooth the clip at zero: log(1 + exp(x)). Reference: jax.nn.softplus."""
    zero = jnp.zeros((), x.dtype)
    return jnp.maximum(x, zero) + jnp.log1p(jnp.exp(-jnp.abs(x)))


def softmax(x: jax.Array) -> jax.Array:
    """Make probabilities along the last axis: exp(x) / sum(exp(x)). Reference: jax.nn.softmax."""
    y: jax.Array = ops.softmax(x)
    return y
