"""A layer is a description: it makes parameters, and applies them to one array."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import jax

Parameters = Mapping[str, jax.Array]
Mode = Literal["train", "inference"]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """Base of the layers. A layer object that stands in two places of a graph has one set of parameters.

    Args:
        name: key of its parameters; by default its kind and a number, such as "dense_0".
    """

    name: str | None = field(default=None, kw_only=True)

    @property
    def kind(self) -> str:
        """The stem of the default name."""
        return type(self).__name__.lower()

    def init(self, key: jax.Array, shape: Shape) -> dict[str, jax.Array]:
        """Make the parameters for an input of a shape, batch included; none by default."""
        return {}

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        """Compute the output of one input."""
        raise NotImplementedError

    def __or__(self, other: "Layer | Chain | Callable[..., Any]") -> "Chain":
        return Chain((self,)) | other

    def __ror__(self, other: Callable[..., Any]) -> "Chain":
        return Chain((as_layer(other), self)) if callable(other) else NotImplemented


@dataclass(frozen=True)
class Function(Layer):
    """Any array function as a layer: it has no parameters and is the same in training and inference."""

    function: Callable[..., Any]

    @property
    def kind(self) -> str:
        return getattr(self.function, "__name__", "function").strip("<>")

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        result: jax.Array = self.function(x)
        return result


@dataclass(frozen=True)
class Chain:
    """Layers in a row that have no input yet."""

    layers: tuple[Layer, ...]

    def __or__(self, other: "Layer | Chain | Callable[..., Any]") -> "Chain":
        if isinstance(other, Chain):
            return Chain(self.layers + other.layers)
        return Chain((*self.layers, as_layer(other))) if callable_or_layer(other) else NotImplemented


Layers = Layer | Chain | Callable[..., Any]


def callable_or_layer(value: object) -> bool:
    """Whether `|` can take a value."""
    return isinstance(value, Layer) or callable(value)


def as_layer(value: Any) -> Layer:
    """Wrap an array function; a layer stays as it is."""
    return value if isinstance(value, Layer) else Function(value)
