"""A cheap ensemble: members share the kernels of a network and differ by vectors, so it costs less than many."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from philtre.nn.custom import Custom, layer, parameter
from philtre.nn.dense import GLOROT


def members(count: int, *, name: str | None = None) -> Custom:
    """Split into members, each with a scale and a bias of its own: ``x * scale[i] + bias[i]``.

    The scales start as random signs, so that the members begin apart. Layers of the last axis, such as `dense`, then
    serve all members with one kernel; `heads` ends each with its own.

    Args:
        count: number of members (at least 1).
        name: key of its parameters.

    Returns:
        A layer from float[n, d] to float[n, count, d].

    Example:
        >>> import jax
        >>> from philtre import nn
        >>> print(nn.input("x", shape=(None, 8)) | nn.dense(16, bias=False) | nn.members(4) | nn.relu | nn.heads(3))
        name       layer    output                parameters
        x          input    float32[n, 8]                  0
        dense_0    dense    float32[n, 16]               128
        members_0  members  float32[n, 4, 16]            128
        relu_0     relu     float32[n, 4, 16]              0
        heads_0    heads    float32[n, 4, 3]             204

    Reference: Wen, Tran and Ba, "BatchEnsemble", 2020; Gorishniy, Kotelnikov and Babenko, "TabM", 2025.
    """
    shape = partial(_each, count=count)
    return layer(
        _members, name=name, scale=parameter(shape, _signs), bias=parameter(shape, jax.nn.initializers.uniform(0.1))
    )


def heads(units: int, *, name: str | None = None) -> Custom:
    """Map the last axis of each member by a kernel of its own: ``x[i] @ kernel[i] + bias[i]``.

    Args:
        units: size of the output's last axis.
        name: key of its parameters.

    Returns:
        A layer from float[n, members, d] to float[n, members, units].
    """
    return layer(
        _heads,
        name=name,
        kernel=parameter(lambda shape: (*shape[1:], units), _each_glorot),
        bias=parameter(lambda shape: (shape[1], units), jax.nn.initializers.zeros),
    )


def _members(x: jax.Array, scale: jax.Array, bias: jax.Array) -> jax.Array:
    return x[:, None, :] * scale + bias


def _heads(x: jax.Array, kernel: jax.Array, bias: jax.Array) -> jax.Array:
    return jnp.einsum("nmd,mdk->nmk", x, kernel) + bias


def _each(shape: tuple[int, ...], *, count: int) -> tuple[int, ...]:
    return count, shape[-1]


def _signs(key: jax.Array, shape: tuple[int, ...], dtype: Any) -> jax.Array:
    return jax.random.rademacher(key, shape, dtype)


def _each_glorot(key: jax.Array, shape: tuple[int, ...], dtype: Any) -> jax.Array:
    keys = jax.random.split(key, shape[0])
    return jnp.stack([GLOROT(own, shape[1:], dtype) for own in keys])
