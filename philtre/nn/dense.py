"""Dense: a linear map of the last axis."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.nn.layer import Layer, Mode, Parameters, Shape

Initializer = Callable[..., Any]
GLOROT = jax.nn.initializers.glorot_uniform()


def dense(
    units: int,
    *,
    activation: Callable[..., Any] | None = None,
    bias: bool = True,
    initializer: Initializer = GLOROT,
    name: str | None = None,
) -> "Dense":
    """Map the last axis linearly: ``activation(x @ kernel + bias)``.

    Args:
        units: size of the output's last axis.
        activation: array function, such as `nn.relu`; None for a linear layer.
        bias: whether to add one, which starts at zero.
        initializer: (key, shape, dtype) to the kernel; by default Glorot's uniform one.
        name: key of its parameters.

    Raises:
        SignatureError: if `units` is not positive.

    Reference: Axon.dense, ONNX Gemm; Glorot and Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", 2010.
    """
    return Dense(units, activation, bias, initializer, name=name)


@dataclass(frozen=True)
class Dense(Layer):
    """Description made by `dense`; its parameters are kernel float32[d, units] and bias float32[units]."""

    units: int
    activation: Callable[..., Any] | None = None
    bias: bool = True
    initializer: Initializer = GLOROT

    def __post_init__(self) -> None:
        if self.units < 1:
            raise SignatureError("dense", expected="at least 1 unit", got=f"{self.units}")

    def init(self, key: jax.Array, shape: Shape) -> dict[str, jax.Array]:
        kernel = self.initializer(key, (shape[-1], self.units), jnp.float32)
        return {"kernel": kernel} | ({"bias": jnp.zeros(self.units, jnp.float32)} if self.bias else {})

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        kernel = parameters["kernel"]
        if x.ndim < 2 or x.shape[-1] != kernel.shape[0]:
            raise SignatureError("dense", expected=f"float[n, {kernel.shape[0]}]", got=f"{x.dtype}{list(x.shape)}")
        y = x @ kernel
        if self.bias:
            y = y + parameters["bias"]
        return y if self.activation is None else self.activation(y)
