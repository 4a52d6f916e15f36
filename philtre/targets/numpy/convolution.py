"""Convolution: the windows of the image times the kernel, summed."""

import math
from collections.abc import Sequence

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.layout import pad
from philtre.targets.numpy.precision import wide
from philtre.targets.numpy.table import dtype_of, rule, shape_of
from philtre.targets.numpy.window import windows
from philtre.trace import Equation


@rule("conv_general_dilated")
def _conv(equation: Equation, x: Array, kernel: Array) -> Array:
    """Bring all to [batch, channel, ...] and [made, channel, ...], pad and dilate, multiply group by group."""
    params, dtype, shape = equation.params, dtype_of(equation), shape_of(equation)
    numbers = params["dimension_numbers"]
    exact = np.result_type(wide(dtype), wide(x.dtype), wide(kernel.dtype))
    x = x.transpose(numbers.lhs_spec).astype(exact)
    kernel = kernel.transpose(numbers.rhs_spec).astype(exact)
    groups = params["feature_group_count"]
    if params["batch_group_count"] > 1:
        groups = params["batch_group_count"]
        x = _to_channels(x, groups)
    gaps = [(low, high, step - 1) for (low, high), step in zip(params["padding"], params["lhs_dilation"], strict=True)]
    x = pad(x, np.zeros((), exact), [(0, 0, 0), (0, 0, 0), *gaps])
    made = [shape[axis] for axis in numbers.out_spec[2:]]
    seen = windows(x, (1, 1, *kernel.shape[2:]), (1, 1, *params["window_strides"]), (1, 1, *params["rhs_dilation"]))
    result = _multiplied(seen, kernel, groups, made)
    return result.transpose(np.argsort(numbers.out_spec)).astype(dtype)


def _to_channels(x: Array, groups: int) -> Array:
    """Make groups of the batch groups of the channels: image b of group g becomes channels g of image b."""
    n, c = x.shape[0] // groups, x.shape[1]
    parts = x.reshape(groups, n, c, *x.shape[2:])
    return np.moveaxis(parts, 0, 1).reshape(n, groups * c, *x.shape[2:])


def _multiplied(seen: Array, kernel: Array, groups: int, made: Sequence[int]) -> Array:
    """Multiply windows [n, c, places..., 1, 1, window...] with a kernel [k, c / groups, window...]."""
    n, rank, places = seen.shape[0], len(made), math.prod(made)
    k, c, size = kernel.shape[0], kernel.shape[1], math.prod(kernel.shape[2:])
    window = range(4 + rank, 4 + 2 * rank)
    by_channel = seen.transpose([1, 0, *range(2, 4 + rank), *window]).reshape(groups, c, n * places, size)
    rows = by_channel.transpose(0, 2, 1, 3).reshape(groups, n * places, c * size)
    columns = kernel.reshape(groups, k // groups, c * size).transpose(0, 2, 1)
    product = np.matmul(rows, columns).transpose(1, 0, 2).reshape(n, *made, k)
    return np.moveaxis(product, -1, 1)
