"""Primitives that move entries without computing: shapes, slices, joins."""

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.precision import wide
from philtre.targets.numpy.table import dtype_of, rule, shape_of
from philtre.trace import Equation


@rule("broadcast_in_dim")
def _broadcast_in_dim(equation: Equation, x: Array) -> Array:
    shape = shape_of(equation)
    aligned = [1] * len(shape)
    for axis, size in zip(equation.params["broadcast_dimensions"], x.shape, strict=True):
        aligned[axis] = size
    return np.broadcast_to(x.reshape(aligned), shape)


@rule("broadcast_to")
def _broadcast_to(equation: Equation, x: Array) -> Array:
    return np.broadcast_to(x, shape_of(equation))


@rule("reshape")
def _reshape(equation: Equation, x: Array) -> Array:
    order = equation.params["dimensions"]
    return (x if order is None else x.transpose(order)).reshape(shape_of(equation))


@rule("squeeze", "expand_dims")
def _squeeze(equation: Equation, x: Array) -> Array:
    return x.reshape(shape_of(equation))


@rule("transpose")
def _transpose(equation: Equation, x: Array) -> Array:
    return x.transpose(equation.params["permutation"])


@rule("rev")
def _rev(equation: Equation, x: Array) -> Array:
    return np.flip(x, equation.params["dimensions"])


@rule("slice")
def _slice(equation: Equation, x: Array) -> Array:
    starts, limits, steps = (equation.params[name] for name in ("start_indices", "limit_indices", "strides"))
    return x[tuple(map(slice, starts, limits, steps or (1,) * x.ndim))]


@rule("concatenate")
def _concatenate(equation: Equation, *parts: Array) -> Array:
    return np.concatenate(parts, equation.params["dimension"])


@rule("stack")
def _stack(equation: Equation, *parts: Array) -> Array:
    return np.stack(parts, equation.params["axis"])


@rule("unstack")
def _unstack(equation: Equation, x: Array) -> list[Array]:
    return list(np.moveaxis(x, equation.params["axis"], 0))


@rule("split")
def _split(equation: Equation, x: Array) -> list[Array]:
    return list(np.split(x, np.cumsum(equation.params["sizes"])[:-1], equation.params["axis"]))


@rule("tile")
def _tile(equation: Equation, x: Array) -> Array:
    return np.tile(x, equation.params["reps"])


@rule("iota")
def _iota(equation: Equation) -> Array:
    shape, axis, dtype = shape_of(equation), equation.params["dimension"], dtype_of(equation)
    aligned = [size if index == axis else 1 for index, size in enumerate(shape)]
    return np.broadcast_to(
        np.arange(shape[axis], dtype=np.int64).astype(wide(dtype)).astype(dtype).reshape(aligned), shape
    )


@rule("empty", "empty2")
def _empty(equation: Equation, *unused: Array) -> Array:
    return np.zeros(shape_of(equation), dtype_of(equation))


@rule("pad")
def _pad(equation: Equation, x: Array, value: Array) -> Array:
    return pad(x, value, equation.params["padding_config"])


def pad(x: Array, value: Array, config: list[tuple[int, int, int]]) -> Array:
    """Put `value` around an array and between its entries; a negative width cuts, after the gaps are filled.

    Args:
        x: [...].
        value: [], what to fill with.
        config: for each axis the width before, the width after, and the gap between entries.
    Returns:
        [...], for each axis before + after + size + (size - 1) * gap entries.
    Reference: XLA Pad.
    """
    spread = [size + max(size - 1, 0) * gap for size, (_, _, gap) in zip(x.shape, config, strict=True)]
    sizes = [max(low, 0) + size + max(high, 0) for size, (low, high, _) in zip(spread, config, strict=True)]
    result = np.full(sizes, value, x.dtype)
    result[
        tuple(
            slice(max(low, 0), max(low, 0) + size, gap + 1) for size, (low, _, gap) in zip(spread, config, strict=True)
        )
    ] = x
    cut = [slice(max(-low, 0), n - max(-high, 0)) for n, (low, high, _) in zip(sizes, config, strict=True)]
    return result[tuple(cut)]
