"""Convolution and pooling of `ops`: channels last to channels first, and torch's own kernels."""

from typing import Any

import numpy as np
import torch

from philtre.targets.torch.conversion import is_float
from philtre.targets.torch.convolution import convolve
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_dtype, given_shape, kernel
from philtre.trace import Equation, is_symbolic


@kernel("conv")
def _conv(
    g: Graph,
    equation: Equation,
    x: Data,
    weights: Data,
    bias: Data,
    *,
    strides: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Any:
    """Convolve with the bias in the same call; where padding is uneven, the body pads."""
    rank, dtype = len(strides), given_dtype(equation)
    same = all(given_dtype(equation, index) == dtype for index in range(len(equation.invars)))
    if len(given_shape(equation)) != rank + 2 or not same or not is_float(dtype) or rank > 3 or not _is_even(padding):
        return None
    space = tuple(range(1, rank + 1))
    first = torch.permute(x, (0, rank + 1, *space))
    kernel_first = torch.permute(weights, (rank + 1, rank, *range(rank)))
    edges = tuple(low for low, _ in padding)
    made = convolve(g, first, kernel_first, tuple(strides), edges, tuple(dilation), groups, dtype, bias)
    return torch.permute(made, tuple(int(axis) for axis in np.argsort((0, rank + 1, *space))))


def _is_even(padding: Any) -> bool:
    return not isinstance(padding, str) and all(
        not is_symbolic(low) and not is_symbolic(high) and low == high >= 0 for low, high in padding
    )
