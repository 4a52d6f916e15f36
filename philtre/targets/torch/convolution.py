"""Convolutions: torch's, channels first by a change of strides; whole numbers and many axes by windows."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from philtre.targets.torch.conversion import is_float
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.layout import padded
from philtre.targets.torch.table import Data, dtype_of, given_dtype, given_shape, rule
from philtre.trace import Equation, is_symbolic

_CONVOLUTIONS = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}


@rule("conv_general_dilated")
def _conv(g: Graph, equation: Equation, x: Data, kernel: Data) -> Data:
    parameters, numbers = equation.params, equation.params["dimension_numbers"]
    wide = dtype_of(equation)
    if given_dtype(equation) != wide or given_dtype(equation, 1) != wide:
        x, kernel = x.to(g.carrier(wide)), kernel.to(g.carrier(wide))
    shape = [given_shape(equation)[axis] for axis in numbers.lhs_spec]
    x, kernel = torch.permute(x, numbers.lhs_spec), torch.permute(kernel, numbers.rhs_spec)
    x, padding = _spaced(g, x, shape, parameters["padding"], parameters["lhs_dilation"], wide)
    strides, dilation = tuple(parameters["window_strides"]), tuple(parameters["rhs_dilation"])
    groups, batches = parameters["feature_group_count"], parameters["batch_group_count"]
    if batches > 1:
        x, groups = _batches_as_channels(g, x, shape, batches), batches
    made = convolve(g, x, kernel, strides, padding, dilation, groups, wide)
    order = np.argsort(numbers.out_spec)
    return torch.permute(made, tuple(int(axis) for axis in order))


def convolve(
    g: Graph,
    x: Data,
    kernel: Data,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: int,
    dtype: Any,
    bias: Data = None,
) -> Data:
    """Convolve channels-first data, already spread, by a kernel [out, in, ...]."""
    native = len(strides) in _CONVOLUTIONS and is_float(dtype)
    function = _CONVOLUTIONS[len(strides)] if native else unfolded
    return g.call(function, x, kernel, bias, strides, padding, dilation, groups)


def _batches_as_channels(g: Graph, x: Data, shape: Sequence[Any], count: int) -> Data:
    """Turn groups of the batch into groups of channels: [groups * n, c, ...] to [n, groups * c, ...]."""
    n, c = shape[0] // count, shape[1]
    space = [x.size(axis) for axis in range(2, len(shape))]
    split = torch.movedim(torch.reshape(x, (count, *g.sizes((n, c)), *space)), 0, 1)
    return torch.reshape(split, (g.size(n), g.size(c * count), *space))


def _spaced(g: Graph, x: Data, shape: Any, padding: Any, between: Any, dtype: Any) -> tuple[Data, Any]:
    """Pad what torch's convolution does not: uneven or negative edges, and zeros between entries."""
    even = all(not is_symbolic(low) and not is_symbolic(high) and low == high >= 0 for low, high in padding)
    if even and all(step == 1 for step in between):
        return x, tuple(low for low, _ in padding)
    widths = [(0, 0, 0), (0, 0, 0), *((*edges, step - 1) for edges, step in zip(padding, between, strict=True))]
    after = [
        low + high + (size + (size - 1) * more if not more or is_symbolic(size) or size else 0)
        for size, (low, high, more) in zip(shape, widths, strict=True)
    ]
    return padded(g, x, g.constant(0, dtype), widths, shape, after), (0,) * len(padding)


def unfolded(
    x: torch.Tensor, kernel: torch.Tensor, bias: None, strides: Any, padding: Any, dilation: Any, groups: int
) -> torch.Tensor:
    """Convolve any dtype along any number of axes: windows as extra axes, then one product."""
    x = pad_edges(x, [0, 0, *padding])
    for axis, (step, gap) in enumerate(zip(strides, dilation, strict=True), 2):
        x = windows(x, axis, kernel.shape[axis], step, gap)
    n, space, size = x.shape[0], x.shape[2 : 2 + len(strides)], kernel.shape[2:]
    channels, made_channels = kernel.shape[1], kernel.shape[0] // groups
    columns = x.reshape(n, groups, channels, *space, *size).movedim(1, 0).movedim(2, 2 + len(strides))
    columns = columns.reshape(groups, n * math.prod(space), channels * math.prod(size))
    rows = kernel.reshape(groups, made_channels, channels * math.prod(size))
    made = torch.matmul(columns, rows.mT).reshape(groups, n, *space, made_channels)
    return made.movedim(-1, 2).movedim(0, 1).reshape(n, kernel.shape[0], *space)


def pad_edges(x: torch.Tensor, widths: Sequence[int]) -> torch.Tensor:
    """Pad both edges of each axis with zeros."""
    return functional.pad(x, [width for width in reversed(widths) for _ in range(2)]) if any(widths) else x


def windows(x: torch.Tensor, axis: int, size: int, step: int, gap: int) -> torch.Tensor:
    """Replace an axis by the places of a window along it, and add its entries as the last axis."""
    reach = (size - 1) * gap + 1
    if x.shape[axis] < reach:
        shape = [0 if other == axis else have for other, have in enumerate(x.shape)]
        return x.new_zeros([*shape, size])
    return x.unfold(axis, reach, step)[..., ::gap]
