"""Fourier transforms over the last axes."""

from typing import Any

import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, rule, shape_of
from philtre.trace import Equation

_TRANSFORMS = (torch.fft.fftn, torch.fft.ifftn, torch.fft.rfftn, torch.fft.irfftn)


@rule("fft")
def _fft(g: Graph, equation: Equation, x: Data) -> Data:
    """The kinds are numbered 0 to 3: fft, ifft, rfft, irfft."""
    lengths: Any = equation.params["fft_lengths"]
    kind, dtype = int(equation.params["fft_type"]), g.carrier(dtype_of(equation))
    return g.call(transformed, x, kind, list(g.sizes(lengths)), g.sizes(shape_of(equation)), dtype)


def transformed(x: torch.Tensor, kind: int, lengths: list[int], shape: Any, dtype: torch.dtype) -> torch.Tensor:
    """Transform; an empty batch, which torch's library refuses, stays empty."""
    if x.numel() == 0:
        return x.new_zeros(shape, dtype=dtype)
    return _TRANSFORMS[kind](x, s=lengths, dim=list(range(-len(lengths), 0)))
