"""Reductions over windows that slide along every axis, and the gradients of pooling."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from philtre.fields import Array
from philtre.targets.numpy.layout import pad
from philtre.targets.numpy.mapped import folded
from philtre.targets.numpy.precision import highest, lowest, widened
from philtre.targets.numpy.table import rule, shape_of
from philtre.trace import Equation


def windows(x: Array, sizes: Sequence[int], strides: Sequence[int], dilation: Sequence[int]) -> Array:
    """View every window of an array.

    Args:
        x: [...].
        sizes: entries of a window along each axis.
        strides: how far windows are apart.
        dilation: how far the entries of a window are apart.
    Returns:
        [places..., window...].
    """
    spans = [(size - 1) * step + 1 if size else 0 for size, step in zip(sizes, dilation, strict=True)]
    missing = [max(span - size, 0) for span, size in zip(spans, x.shape, strict=True)]
    if any(missing) or x.size == 0:
        places = [
            max(size - span, -1) // stride + 1 for size, span, stride in zip(x.shape, spans, strides, strict=True)
        ]
        return np.zeros([*places, *sizes], x.dtype)
    view = sliding_window_view(x, spans)
    return view[tuple(slice(None, None, step) for step in (*strides, *dilation))]


def _windows(equation: Equation, x: Array, fill: Any) -> Array:
    """The windows that an equation slides over a padded array, with their entries along the last axis."""
    params = equation.params
    ones = (1,) * x.ndim
    gaps = params.get("base_dilation", ones)
    config = [(low, high, gap - 1) for (low, high), gap in zip(params["padding"], gaps, strict=True)]
    padded = pad(x, np.asarray(fill, x.dtype), config)
    sizes = params["window_dimensions"]
    view = windows(padded, sizes, params["window_strides"], params.get("window_dilation", ones))
    return view.reshape(*view.shape[: x.ndim], math.prod(sizes))


@rule("reduce_window_sum")
def _sum(equation: Equation, x: Array) -> Array:
    values = widened(x)
    return np.asarray(np.sum(_windows(equation, values, 0), axis=-1, dtype=values.dtype)).astype(x.dtype)


@rule("reduce_window_max")
def _max(equation: Equation, x: Array) -> Array:
    values = widened(x)
    first = lowest(values.dtype)
    return np.asarray(np.max(_windows(equation, values, first), axis=-1, initial=first)).astype(x.dtype)


@rule("reduce_window_min")
def _min(equation: Equation, x: Array) -> Array:
    values = widened(x)
    first = highest(values.dtype)
    return np.asarray(np.min(_windows(equation, values, first), axis=-1, initial=first)).astype(x.dtype)


@rule("reduce_window")
def _reduce_window(equation: Equation, *arguments: Array) -> list[Array]:
    """Fold each window by a function, starting with the values that also pad."""
    half = len(arguments) // 2
    arrays, first = arguments[:half], arguments[half:]
    views = [_windows(equation, x, start) for x, start in zip(arrays, first, strict=True)]
    columns = [np.moveaxis(view, -1, 0).reshape(view.shape[-1], math.prod(view.shape[:-1])) for view in views]
    body, constants = equation.params["jaxpr"], equation.params["consts"]
    return [result.reshape(shape_of(equation)) for result in folded(body, constants, columns, first)]


@rule("reduce")
def _reduce(equation: Equation, *arguments: Array) -> list[Array]:
    """Fold some axes by a function."""
    half, axes = len(arguments) // 2, equation.params["dimensions"]
    kept = [axis for axis in range(arguments[0].ndim) if axis not in axes]
    count = math.prod(arguments[0].shape[axis] for axis in axes)
    rest = math.prod(shape_of(equation))
    columns = [x.transpose([*axes, *kept]).reshape(count, rest) for x in arguments[:half]]
    body = equation.params["jaxpr"]
    results = folded(body.jaxpr, body.consts, columns, arguments[half:])
    return [result.reshape(shape_of(equation)) for result in results]


def _selected(equation: Equation, x: Array) -> Array:
    """Which entry of each window is the largest or smallest, the first of equals; a NaN gives way to any other."""
    greater = equation.params["select_prim"].name == "ge"
    values = widened(x)
    view = _windows(equation, values, lowest(values.dtype) if greater else highest(values.dtype))
    chosen, best = np.zeros(view.shape[:-1], np.int64), view[..., 0]
    for index in range(1, view.shape[-1]):
        stays = best >= view[..., index] if greater else best <= view[..., index]
        chosen, best = np.where(stays, chosen, index), np.where(stays, best, view[..., index])
    return chosen


@rule("select_and_scatter_add")
def _select_and_scatter_add(equation: Equation, source: Array, x: Array) -> Array:
    """Add each value of `source` to the entry of `x` that its window selects."""
    places = np.arange(1, x.size + 1).reshape(x.shape)
    chosen = _selected(equation, x)
    targets = np.take_along_axis(_windows(equation, places, 0), chosen[..., None], axis=-1)[..., 0]
    result = np.zeros(x.size + 1, widened(x).dtype)
    np.add.at(result, targets.ravel(), widened(source).ravel())
    return result[1:].reshape(x.shape).astype(x.dtype)


@rule("select_and_gather_add")
def _select_and_gather_add(equation: Equation, tangents: Array, x: Array) -> Array:
    """Read from `tangents` the entry that each window of `x` selects."""
    chosen = _selected(equation, x)
    return np.take_along_axis(_windows(equation, tangents, 0), chosen[..., None], axis=-1)[..., 0]
