"""Special functions: torch.special's, in float32 where a half precision has no kernel of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, elementwise, given_dtype
from philtre.trace import Equation


def _special(function: Callable[..., Any], g: Graph, equation: Equation, *data: Data) -> Data:
    if given_dtype(equation).itemsize >= 4:
        return function(*data)
    return function(*(x.to(torch.float32) for x in data)).to(g.carrier(dtype_of(equation)))


for _name, _function in {
    "erf": torch.erf,
    "erfc": torch.erfc,
    "lgamma": torch.lgamma,
    "bessel_i0e": torch.special.i0e,
    "bessel_i1e": torch.special.i1e,
    "zeta": torch.special.zeta,
}.items():
    elementwise(_name)(partial(_special, _function))


@elementwise("erf_inv")
def _erf_inv(g: Graph, equation: Equation, x: Data) -> Data:
    return _special(torch.erfinv, g, equation, x)


@elementwise("digamma")
def _digamma(g: Graph, equation: Equation, x: Data) -> Data:
    """Poles are NaN in JAX, zero too."""
    return _special(lambda x: torch.where(x == 0, torch.nan, torch.digamma(x)), g, equation, x)


@elementwise("polygamma")
def _polygamma(g: Graph, equation: Equation, order: Data, x: Data) -> Data:
    """(-1)^(m + 1) m! zeta(m + 1, x); digamma for m = 0."""

    def polygamma(m: Data, x: Data) -> Data:
        sign = 1 - 2 * torch.remainder(m + 1, 2)
        higher = sign * torch.exp(torch.lgamma(m + 1)) * torch.special.zeta(m + 1, x)
        return torch.where(m == 0, torch.digamma(x), higher)

    return _special(polygamma, g, equation, order, x)


@elementwise("igamma", "igammac")
def _igamma(g: Graph, equation: Equation, a: Data, x: Data) -> Data:
    lower = equation.primitive.name == "igamma"
    return _special(torch.special.gammainc if lower else torch.special.gammaincc, g, equation, a, x)


@elementwise("cbrt")
def _cbrt(g: Graph, equation: Equation, x: Data) -> Data:
    """Cube root: a power in float64, where one step of Newton's method makes up for its rounding."""
    wide = x.to(torch.float64)
    size = torch.abs(wide)
    root = torch.pow(size, 1 / 3)
    root = torch.where((size > 0) & torch.isfinite(size), root - (root - size / (root * root)) / 3, size)
    return torch.copysign(root, wide).to(g.carrier(dtype_of(equation)))
