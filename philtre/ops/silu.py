"""SiLU, also called swish."""

from typing import Any

from jax import lax

from philtre.ops.primitive import on_last_axis, operation


@operation("silu", batch=on_last_axis)
def silu(x: Any) -> Any:
    """Weigh each value by its own sigmoid: x * sigmoid(x).

    Args:
        x: float[...].
    Returns:
        float[...], the shape and dtype of `x`.
    Reference: Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units", 2018; Axon.Activations.silu.
    """
    return x * lax.logistic(x)
