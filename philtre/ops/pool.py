"""Pooling of grids of one to three axes, channels last.

On CPUs XLA is slow at the gradients of windowed reductions; there they are made of slices.
"""

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.grid import Windows, derived, each, fold, resolve_padding, unfold
from philtre.ops.primitive import Options, on_last_axis, operation


def _resolve(arrays: list[Any], options: Options) -> Options:
    (x,), window = arrays, options["window"]
    rank = x.ndim - 2 if isinstance(window, int) else len(window)
    if not 1 <= rank <= 3 or x.ndim < rank + 1:
        raise SignatureError("pooling", expected="1 to 3 axes of space", got=f"x {x.shape}, window {window}")
    window = each("pooling's window", window, rank)
    strides = window if options["strides"] is None else each("pooling's strides", options["strides"], rank)
    padding = resolve_padding("pooling", options["padding"], x.shape[-rank - 1 : -1], window, strides)
    return options | {"window": window, "strides": strides, "padding": padding}


def _windows(window: Any, strides: Any, padding: Any) -> Windows:
    return Windows(window, strides, padding, (1,) * len(window))


def _max_on_cpu(x: Any, *, window: Any, strides: Any, padding: Any) -> Any:
    rank, windows = len(window), _windows(window, strides, padding)
    largest = derived(functools.partial(_max, windows=windows), lambda grid: _largest(grid, windows))
    return unfold(largest(fold(x, rank)), x, rank)


def _max(grid: Any, windows: Windows) -> Any:
    return _reduce(grid, _least(grid.dtype), lax.max, windows)


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _largest(x: Any, windows: Windows) -> Any:
    return functools.reduce(jnp.maximum, windows.slices(x, _least(x.dtype)))


@_largest.defjvp
def _largest_jvp(windows: Windows, primals: Any, tangents: Any) -> Any:
    """Follow the entries that equal the largest, all of them where several do."""
    (x,), (change,) = primals, tangents
    y = _largest(x, windows)
    zero = jnp.zeros((), change.dtype)
    pairs = zip(windows.slices(x, _least(x.dtype)), windows.slices(change, zero), strict=True)
    return y, functools.reduce(jnp.add, (jnp.where(seen == y, moved, zero) for seen, moved in pairs))


def _least(dtype: Any) -> Any:
    return np.array(-np.inf if jnp.issubdtype(dtype, jnp.floating) else np.iinfo(dtype).min, dtype)


@operation("max_pool", batch=on_last_axis, resolve=_resolve, cpu=_max_on_cpu)
def max_pool(x: Any, *, window: Any, strides: Any = None, padding: Any = "valid") -> Any:
    """Take the largest value under each window, channel by channel.

    Args:
        x: [..., *space, c], one to three axes of space.
        window: sizes of the window: one per axis, or one number for all axes but the first and the last.
        strides: steps between windows; None is `window`.
        padding: as in `conv`; it never wins.
    Returns:
        [..., *places, c], the dtype of `x`; NaN under a window makes it NaN. Where several values are the largest,
        the gradient goes to the first of them, on CPUs to all.
    Raises:
        SignatureError: if the window does not fit.
    Reference: Axon.Layers.max_pool; ONNX MaxPool.
    """
    rank = len(window)
    return unfold(_max(fold(x, rank), _windows(window, strides, padding)), x, rank)


def _mean_on_cpu(x: Any, *, window: Any, strides: Any, padding: Any, count_include_pad: bool) -> Any:
    rank, windows = len(window), _windows(window, strides, padding)
    total = derived(functools.partial(_sum, windows=windows), functools.partial(_sum_by_slices, windows=windows))
    grid = fold(x, rank)
    return unfold(total(grid) / _count(grid, windows, count_include_pad), x, rank)


def _sum(grid: Any, windows: Windows) -> Any:
    return _reduce(grid, np.zeros((), grid.dtype), lax.add, windows)


def _sum_by_slices(grid: Any, windows: Windows) -> Any:
    return functools.reduce(jnp.add, windows.slices(grid, np.zeros((), grid.dtype)))


@operation("avg_pool", batch=on_last_axis, resolve=_resolve, cpu=_mean_on_cpu)
def avg_pool(
    x: Any,
    *,
    window: Any,
    strides: Any = None,
    padding: Any = "valid",
    count_include_pad: bool = False,
) -> Any:
    """Take the mean of the values under each window, channel by channel.

    Args:
        x: float[..., *space, c], one to three axes of space.
        window: sizes of the window: one per axis, or one number for all axes but the first and the last.
        strides: steps between windows; None is `window`.
        padding: as in `conv`.
        count_include_pad: whether padding counts, as zeros.
    Returns:
        float[..., *places, c], the dtype of `x`.
    Raises:
        SignatureError: if the window does not fit.
    Reference: Axon.Layers.avg_pool; ONNX AveragePool.
    """
    rank, windows = len(window), _windows(window, strides, padding)
    grid = fold(x, rank)
    return unfold(_sum(grid, windows) / _count(grid, windows, count_include_pad), x, rank)


def _reduce(grid: Any, start: Any, computation: Any, windows: Windows) -> Any:
    pairs = windows.pairs(grid.shape[1:-1])
    around = ((0, 0), *pairs, (0, 0))
    return lax.reduce_window(grid, start, computation, (1, *windows.window, 1), (1, *windows.strides, 1), around)


def _count(grid: Any, windows: Windows, count_include_pad: bool) -> Any:
    """How many values each mean is over: a number, or [*places, 1] where padding is left out."""
    if count_include_pad or not any(map(any, windows.pairs(grid.shape[1:-1]))):
        return jnp.asarray(math.prod(windows.window), grid.dtype)
    ones = jnp.ones((1, *grid.shape[1:-1], 1), jnp.float32)
    return _reduce(ones, np.float32(0), lax.add, windows)[0].astype(grid.dtype)
