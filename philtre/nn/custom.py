"""A layer of one's own: a function of its parameters and one array, in three lines."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.nn.dense import GLOROT, Initializer
from philtre.nn.layer import Layer, Mode, Parameters, Shape

ParameterShape = Shape | Callable[[Shape], Shape]


@dataclass(frozen=True)
class Parameter:
    """Description made by `parameter`."""

    shape: ParameterShape
    initializer: Initializer = GLOROT

    def init(self, key: jax.Array, shape: Shape) -> jax.Array:
        """Make the array for an input of a shape, batch included."""
        own = self.shape(shape) if callable(self.shape) else self.shape
        return jnp.asarray(self.initializer(key, own, jnp.float32))


def parameter(shape: ParameterShape, initializer: Initializer = GLOROT) -> Parameter:
    """Describe a parameter of a layer.

    Args:
        shape: its shape, or a function of the input's shape (batch included) that gives it.
        initializer: (key, shape, dtype) to the first values, such as those of `jax.nn.initializers`; by default
            Glorot's uniform one, for two axes or more.

    Returns:
        What `layer` takes by name.

    Reference: Axon.param.
    """
    return Parameter(shape, initializer)


def layer(function: Callable[..., Any], *, name: str | None = None, **parameters: Parameter) -> "Custom":
    """Make a layer of a function of one array and named parameters.

    A function that has an argument `mode` is told "train" or "inference"; one that has an argument `key` gets a random
    key in train mode, else None.

    Args:
        function: called as ``function(x, kernel=..., ...)`` with the input and each parameter by its name.
        name: key of its parameters; by default the function's name and a number.
        **parameters: what `parameter` made, by argument name.

    Raises:
        SignatureError: if one of `parameters` is not made by `parameter`, or is called "mode" or "key".

    Example:
        >>> from philtre import nn
        >>> def scale(x, factor):
        ...     return x * factor
        >>> layer = nn.layer(scale, factor=nn.parameter(lambda shape: shape[-1:], jax.nn.initializers.ones))
        >>> print(nn.input("x", shape=(None, 3)) | layer)
        name     layer    output             parameters
        x        input    float32[n, 3]               0
        scale_0  scale    float32[n, 3]               3

    Reference: Axon.layer.
    """
    for argument, content in parameters.items():
        if not isinstance(content, Parameter) or argument in ("mode", "key"):
            raise SignatureError(
                f"layer argument '{argument}'",
                expected="nn.parameter(shape), under another name than mode or key",
                got=f"a {type(content).__name__}",
                hint="bind other values first, by functools.partial or a lambda",
            )
    return Custom(function, tuple(parameters.items()), name=name)


@dataclass(frozen=True)
class Custom(Layer):
    """Description made by `layer`."""

    function: Callable[..., Any]
    parameters: tuple[tuple[str, Parameter], ...] = ()

    @property
    def kind(self) -> str:
        return getattr(self.function, "__name__", "layer").strip("<>_")

    @cached_property
    def told(self) -> frozenset[str]:
        """Which of mode and key the function asks for."""
        return frozenset(inspect.signature(self.function).parameters) & {"mode", "key"}

    def init(self, key: jax.Array, shape: Shape) -> dict[str, jax.Array]:
        return {
            name: parameter.init(jax.random.fold_in(key, i), shape)
            for i, (name, parameter) in enumerate(self.parameters)
        }

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        state = {"mode": mode, "key": key if mode == "train" else None}
        output: jax.Array = self.function(x, **parameters, **{name: state[name] for name in self.told})
        return output
