"""GELU: the Gaussian error linear unit."""

import math
from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import on_last_axis, operation


@operation("gelu", batch=on_last_axis)
def gelu(x: Any, *, approximate: bool = False) -> Any:
    """Weigh each value by the chance that a standard normal is below it: x * Phi(x).

    Args:
        x: float[...].
        approximate: use the tanh form, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
    Returns:
        float[...], the shape and dtype of `x`.
    Reference: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016; ONNX Gelu.
    """

    def number(value: float) -> Any:
        return jnp.asarray(value, x.dtype)

    if approximate:
        inside = number(math.sqrt(2 / math.pi)) * (x + number(0.044715) * x * x * x)
        return number(0.5) * x * (number(1) + jnp.tanh(inside))
    return number(0.5) * x * (number(1) + lax.erf(x * number(math.sqrt(0.5))))
