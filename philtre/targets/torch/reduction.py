"""Primitives that combine the entries along axes; NaN wins, the first of equals is chosen, nothing has an identity."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, given_dtype, given_shape, rule
from philtre.trace import Equation, is_symbolic


def lowest(dtype: Any) -> Any:
    """What `max` starts from, in the carrier."""
    if dtype.name == "uint64":
        return -(2**63)
    return np.iinfo(dtype).min if dtype.kind in "iu" else float("-inf")


def highest(dtype: Any) -> Any:
    """What `min` starts from, in the carrier."""
    if dtype.name == "uint64":
        return 2**63 - 1
    return np.iinfo(dtype).max if dtype.kind in "iu" else float("inf")


@rule("reduce_sum")
def _sum(g: Graph, equation: Equation, x: Data) -> Data:
    axes = tuple(equation.params["axes"])
    return torch.sum(x, axes, dtype=g.carrier(dtype_of(equation))) if axes else x


@rule("reduce_prod")
def _prod(g: Graph, equation: Equation, x: Data) -> Data:
    for axis in sorted(equation.params["axes"], reverse=True):
        x = torch.prod(x, axis, dtype=g.carrier(dtype_of(equation)))
    return x


@rule("reduce_max", "reduce_min")
def _extreme(g: Graph, equation: Equation, x: Data) -> Data:
    axes, dtype = tuple(equation.params["axes"]), given_dtype(equation)
    larger = equation.primitive.name == "reduce_max"
    if not axes:
        return x
    if dtype == np.bool_:
        return (torch.any if larger else torch.all)(x, axes)
    if _never_empty(equation, axes):
        return (torch.amax if larger else torch.amin)(x, axes)
    return g.call(extreme, x, axes, lowest(dtype) if larger else highest(dtype), larger)


def extreme(x: torch.Tensor, axes: Sequence[int], start: float, larger: bool) -> torch.Tensor:
    """Largest or smallest entries; `start` where there are none."""
    if any(x.shape[axis] == 0 for axis in axes):
        return x.new_full([size for axis, size in enumerate(x.shape) if axis not in axes], start)
    return (torch.amax if larger else torch.amin)(x, tuple(axes))


def _never_empty(equation: Equation, axes: Sequence[int]) -> bool:
    shape = given_shape(equation)
    return all(not is_symbolic(shape[axis]) and shape[axis] > 0 for axis in axes)


@rule("argmax", "argmin")
def _position(g: Graph, equation: Equation, x: Data) -> Data:
    (axis,) = equation.params["axes"]
    if given_dtype(equation) == np.bool_:
        x = x.to(torch.uint8)
    found = (torch.argmax if equation.primitive.name == "argmax" else torch.argmin)(x, axis)
    return found.to(g.carrier(dtype_of(equation)))


@rule("reduce_and", "reduce_or", "reduce_xor")
def _bitwise(g: Graph, equation: Equation, x: Data) -> Data:
    axes, name = tuple(equation.params["axes"]), equation.primitive.name
    if given_dtype(equation) != np.bool_:
        return g.call(bitwise, x, axes, name)
    if not axes:
        return x
    if name == "reduce_xor":
        return torch.sum(x, axes) % 2 == 1
    return (torch.all if name == "reduce_and" else torch.any)(x, axes)


_BITWISE = {"reduce_and": torch.bitwise_and, "reduce_or": torch.bitwise_or, "reduce_xor": torch.bitwise_xor}


def bitwise(x: torch.Tensor, axes: Sequence[int], name: str) -> torch.Tensor:
    """Combine the bits of the entries along axes, halving until one is left."""
    neutral = -1 if name == "reduce_and" else 0
    for axis in sorted(axes, reverse=True):
        x = torch.movedim(x, axis, 0)
        if x.shape[0] == 0:
            x = torch.full_like(x.new_empty(1, *x.shape[1:]), neutral)
        while (size := x.shape[0]) > 1:
            half = size // 2
            joined = _BITWISE[name](x[:half], x[half : 2 * half])
            x = torch.cat([joined, x[2 * half :]])
        x = x[0]
    return x


@rule("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp")
def _cumulative(g: Graph, equation: Equation, x: Data) -> Data:
    axis, carrier = equation.params["axis"], g.carrier(dtype_of(equation))
    if equation.params["reverse"]:
        x = torch.flip(x, (axis,))
    name = equation.primitive.name
    if name in ("cumsum", "cumprod"):
        made = (torch.cumsum if name == "cumsum" else torch.cumprod)(x, axis, dtype=carrier)
    elif name == "cumlogsumexp":
        made = torch.logcumsumexp(x, axis)
    else:
        made = (torch.cummax if name == "cummax" else torch.cummin)(x, axis)[0]
    return torch.flip(made, (axis,)) if equation.params["reverse"] else made
