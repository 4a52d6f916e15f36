"""Dropout: zeros at random in training, nothing in inference."""

from dataclasses import dataclass

import jax

from philtre import ops
from philtre.errors import SignatureError
from philtre.nn.layer import Layer, Mode, Parameters


def dropout(rate: float, *, name: str | None = None) -> "Dropout":
    """Set a share of the elements to zero in training and scale the others up; the identity in inference.

    Args:
        rate: share of zeros, 0 <= rate < 1.

    Raises:
        SignatureError: if the rate is out of range.

    Reference: Srivastava et al., "Dropout", 2014; Axon.dropout.
    """
    return Dropout(rate, name=name)


@dataclass(frozen=True)
class Dropout(Layer):
    """Description made by `dropout`."""

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise SignatureError("dropout", expected="a rate from 0 to below 1", got=f"{self.rate}")

    def apply(self, parameters: Parameters, x: jax.Array, *, mode: Mode, key: jax.Array | None) -> jax.Array:
        if mode == "train" and key is None:
            raise SignatureError(
                "dropout", expected="a key in train mode", got="None", hint="apply(..., key=jax.random.key(0))"
            )
        output: jax.Array = ops.dropout(x, key if mode == "train" else None, rate=self.rate)
        return output
