"""Complex numbers: their parts, and numbers made of parts."""

import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, elementwise, given_dtype
from philtre.trace import Equation


@elementwise("real")
def _real(g: Graph, equation: Equation, x: Data) -> Data:
    return torch.real(x)


@elementwise("imag")
def _imag(g: Graph, equation: Equation, x: Data) -> Data:
    return torch.imag(x)


@elementwise("complex")
def _complex(g: Graph, equation: Equation, real: Data, imag: Data) -> Data:
    return torch.complex(real, imag)


@elementwise("conj")
def _conj(g: Graph, equation: Equation, x: Data) -> Data:
    if given_dtype(equation).kind != "c":
        return x.to(g.carrier(dtype_of(equation)))
    return torch.conj_physical(x)
