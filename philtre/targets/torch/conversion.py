"""Casts between dtypes with JAX's meaning: a float saturates and NaN is 0, where C leaves both undefined."""

from typing import Any

import numpy as np
import torch

from philtre.targets.torch.carrier import LOWEST
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, elementwise, given_dtype
from philtre.trace import Equation


@elementwise("convert_element_type")
def _convert(g: Graph, equation: Equation, x: Data) -> Data:
    return convert(g, x, given_dtype(equation), dtype_of(equation))


def convert(g: Graph, x: Data, before: Any, after: Any) -> Data:
    """Cast as `jax.lax.convert_element_type` does, between carriers; unsigned results are not masked yet."""
    if before == after:
        return x
    if after == np.bool_:
        return x != 0
    if before.kind == "c" and after.kind != "c":
        return convert(g, torch.real(x), np.dtype(f"float{before.itemsize * 4}"), after)
    if is_float(before) and after.kind in "iu":
        return _saturated(g, x, before, after)
    if before.name == "uint64" and (is_float(after) or after.kind == "c"):
        half = ((x >> 1) & (2**63 - 1)) | (x & 1)
        return torch.where(x < 0, half.to(g.carrier(after)) * 2, x.to(g.carrier(after)))
    return x.to(g.carrier(after)) if g.carrier(before) != g.carrier(after) else x


def _saturated(g: Graph, x: Data, before: Any, after: Any) -> Data:
    """Cut a float to the range of integers; the bounds are powers of two, exact in float32 and float64."""
    if before.itemsize < 4:
        x = x.to(torch.float32)
    carrier, limits = g.carrier(after), np.iinfo(after)
    above = float(limits.max) + 1
    known = torch.nan_to_num(x, nan=0.0, posinf=above, neginf=float(limits.min))
    if after.itemsize < 4:
        return torch.clamp(known, float(limits.min), float(limits.max)).to(torch.int32).to(carrier)
    if after.name == "uint64":
        return _saturated_uint64(known)
    inside = torch.where(known < above, torch.clamp(known, min=float(limits.min)), 0.0)
    return torch.where(known < above, inside.to(carrier), int(limits.max))


def _saturated_uint64(x: Data) -> Data:
    """The same for uint64, whose upper half is the negative half of its carrier."""
    half = 2.0**63
    low = torch.where((x > 0) & (x < half), x, 0.0).to(torch.int64)
    high = torch.where((x >= half) & (x < 2 * half), x - half, 0.0).to(torch.int64) ^ LOWEST
    return torch.where(x >= 2 * half, -1, torch.where(x >= half, high, low))


def is_float(dtype: Any) -> bool:
    """Whether a dtype is one of floats, bfloat16 included."""
    return bool(dtype.kind == "f" or dtype.name == "bfloat16")
