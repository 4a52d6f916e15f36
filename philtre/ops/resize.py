"""Resizing of grids of one to three axes, channels last."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, on_last_axis, operation
from philtre.trace import is_symbolic

_METHODS = ("nearest", "linear", "cubic")


def _resolve(arrays: list[Any], options: Options) -> Options:
    (x,), shape = arrays, options["shape"]
    shape = (shape,) * (x.ndim - 2) if isinstance(shape, int) else tuple(map(int, shape))
    if not 1 <= len(shape) <= 3 or x.ndim < len(shape) + 1 or min(shape) < 1:
        raise SignatureError("resize's shape", expected="1 to 3 sizes of at least 1", got=f"{shape} for x {x.shape}")
    if any(map(is_symbolic, x.shape[-len(shape) - 1 : -1])):
        raise SignatureError("resize", expected="sizes of space that are numbers", got=f"x {x.shape}")
    if options["method"] not in _METHODS:
        raise SignatureError("resize's method", expected=f"one of {', '.join(_METHODS)}", got=repr(options["method"]))
    return options | {"shape": shape}


@operation("resize", batch=on_last_axis, resolve=_resolve)
def resize(x: Any, *, shape: Any, method: str = "linear", antialias: bool = False) -> Any:
    """Sample a grid anew at other sizes of its axes of space.

    Entry i of the result stands at (i + 0.5) size / new size - 0.5. Weights of entries beyond the edge are left
    out and the others scaled to sum to 1.

    Args:
        x: float[..., *space, c], one to three axes of space, their sizes numbers.
        shape: the new sizes: one per axis, or one number for all axes but the first and the last.
        method: "nearest" (of two the later), "linear", or "cubic" (Keys' with a = -0.5).
        antialias: widen the filter where the grid shrinks, so that every entry counts; not for "nearest".
    Returns:
        float[..., *shape, c], the dtype of `x`.
    Raises:
        SignatureError: if the sizes do not fit, or the method is unknown.
    Reference: jax.image.resize; Keys, "Cubic Convolution Interpolation", 1981; ONNX Resize (half_pixel,
        round_prefer_ceil, cubic_coeff_a -0.5, exclude_outside 1).
    """
    for axis, size in zip(range(-len(shape) - 1, -1), shape, strict=True):
        if x.shape[axis] == size:
            continue
        if method == "nearest":
            x = jnp.take(x, _nearest(x.shape[axis], size), axis=axis, mode="clip")
        else:
            x = _weigh(x, _weights(x.shape[axis], size, method, antialias), axis)
    return x


def _nearest(size: int, result: int) -> Any:
    return ((2 * np.arange(result) + 1) * size // (2 * result)).astype(np.int32)


def _weigh(x: Any, weights: Any, axis: int) -> Any:
    """Replace an axis by sums of its entries with weights [size, result]."""
    wide = jnp.promote_types(x.dtype, jnp.float32)
    y = jnp.tensordot(x.astype(wide), weights.astype(wide), axes=(axis, 0), precision=lax.Precision.HIGHEST)
    return jnp.moveaxis(y, -1, axis).astype(x.dtype)


def _weights(size: int, result: int, method: str, antialias: bool) -> Any:
    """How much each of `size` entries counts in each of `result`: float64[size, result]."""
    step = size / result
    centres = (np.arange(result) + 0.5) * step - 0.5
    distance = np.abs(centres - np.arange(size)[:, None]) / (max(step, 1.0) if antialias else 1.0)
    weights = np.maximum(0, 1 - distance) if method == "linear" else _keys(distance)
    return weights / weights.sum(0)


def _keys(distance: Any) -> Any:
    near = (1.5 * distance - 2.5) * distance * distance + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance >= 2, 0, np.where(distance >= 1, far, near))
