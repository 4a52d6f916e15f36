"""Kernels of torch for operations of `ops`; where one differs in meaning, the body is lowered."""

from typing import Any

import torch
from torch.nn import functional

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_dtype, given_shape, kernel
from philtre.trace import Equation


@kernel("softmax")
def _softmax(g: Graph, equation: Equation, x: Data, *, axis: int) -> Data:
    return torch.softmax(x, axis)


@kernel("log_softmax")
def _log_softmax(g: Graph, equation: Equation, x: Data, *, axis: int) -> Data:
    return torch.log_softmax(x, axis)


@kernel("gelu")
def _gelu(g: Graph, equation: Equation, x: Data, *, approximate: bool) -> Data:
    return functional.gelu(x, approximate="tanh" if approximate else "none")


@kernel("silu")
def _silu(g: Graph, equation: Equation, x: Data) -> Data:
    return functional.silu(x)


@kernel("layer_norm")
def _layer_norm(g: Graph, equation: Equation, x: Data, scale: Data, bias: Data, *, epsilon: float) -> Any:
    if len({given_dtype(equation, index) for index in range(3)}) > 1:
        return None
    return functional.layer_norm(x, g.sizes(given_shape(equation)[-1:]), scale, bias, epsilon)


@kernel("rms_norm")
def _rms_norm(g: Graph, equation: Equation, x: Data, scale: Data, *, epsilon: float) -> Any:
    if given_dtype(equation) != given_dtype(equation, 1):
        return None
    return functional.rms_norm(x, g.sizes(given_shape(equation)[-1:]), scale, epsilon)


@kernel("logsumexp")
def _logsumexp(g: Graph, equation: Equation, x: Data, *, axis: Any, keepdims: bool) -> Any:
    return torch.logsumexp(x, axis, keepdim=keepdims) if given_dtype(equation).itemsize >= 4 else None


@kernel("batch_norm")
def _batch_norm(
    g: Graph, equation: Equation, x: Data, mean: Data, variance: Data, scale: Data, bias: Data, *, epsilon: float
) -> Any:
    """One product and one sum per entry; the rest is done per channel."""
    if len({given_dtype(equation, index) for index in range(5)}) > 1 or given_dtype(equation).itemsize < 4:
        return None
    factor = scale * torch.rsqrt(variance + epsilon)
    return torch.addcmul(bias - mean * factor, x, factor)
