"""Reading at computed positions, with JAX's rules for positions out of range."""

import operator
from typing import Any

import numpy as np
import torch
from jax.lax import GatherScatterMode
from torch.nn import functional

from philtre.targets.torch.carrier import to_tensor
from philtre.targets.torch.conversion import is_float
from philtre.targets.torch.form import Form, kept_axes, positions, starts
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_dtype, given_shape, rule
from philtre.trace import Equation


@rule("gather")
def _gather(g: Graph, equation: Equation, x: Data, indices: Data) -> Data:
    """Read windows: index tensors for the axes that are placed, the others whole, then the axes in JAX's order."""
    form = _form(equation)
    safe, inside = starts(g, form, indices, dropping=equation.params["mode"] == GatherScatterMode.FILL_OR_DROP)
    result = _read(g, form, x, safe)
    if inside is None:
        return result
    rank = form.count + len(form.offset)
    chosen = inside[tuple(slice(None) if axis in form.free else None for axis in range(rank))] if rank else inside
    return torch.where(chosen, result, _filler(equation))


def _form(equation: Equation) -> Form:
    numbers, shape = equation.params["dimension_numbers"], given_shape(equation)
    kept = kept_axes(len(shape), (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims))
    return Form(
        shape=shape,
        sizes=tuple(equation.params["slice_sizes"]),
        paired=tuple(numbers.operand_batching_dims),
        leading=tuple(numbers.start_indices_batching_dims),
        indexed=tuple(numbers.start_index_map),
        offset=dict(zip(kept, numbers.offset_dims, strict=True)),
        count=len(given_shape(equation, 1)) - 1,
    )


def _read(g: Graph, form: Form, x: Data, safe: list[Data]) -> Data:
    places = positions(g, form, safe)
    if not places:
        read = x
    elif form.placed == [0] and len(form.shape) == 2 and not form.windows:
        read = functional.embedding(places[0], x)
    elif len(places) == 1 and not form.windows and form.count == 0:
        read = torch.squeeze(torch.index_select(x, form.placed[0], torch.reshape(places[0], (1,))), form.placed[0])
    else:
        order = (*form.placed, *form.whole)
        moved = x if order == tuple(range(len(order))) else torch.permute(x, order)
        read = g.call(operator.getitem, moved, tuple(places))
    target = form.target
    if target != sorted(target):
        read = torch.permute(read, tuple(int(axis) for axis in np.argsort(target)))
    for axis in sorted(form.single):
        read = torch.unsqueeze(read, axis)
    return read


def _filler(equation: Equation) -> Any:
    """What JAX reads out of range: NaN, true, the smallest signed or the largest unsigned integer."""
    dtype, filler = given_dtype(equation), equation.params["fill_value"]
    if filler is None:
        if is_float(dtype) or dtype.kind == "c":
            return float("nan")
        filler = np.iinfo(dtype).min if dtype.kind == "i" else np.iinfo(dtype).max if dtype.kind == "u" else True
    return to_tensor(np.asarray(filler, dtype)).item()


@rule("dynamic_slice")
def _dynamic_slice(g: Graph, equation: Equation, x: Data, *where: Data) -> Data:
    """Cut a window, moved inside the array where it would stick out."""
    shape, sizes = given_shape(equation), equation.params["slice_sizes"]
    for axis, (have, size) in enumerate(zip(shape, sizes, strict=True)):
        if have != size:
            x = torch.index_select(x, axis, window(g, where[axis], have, size))
    return x


def window(g: Graph, start: Data, have: Any, size: Any) -> Data:
    """The positions of a window along one axis."""
    first = torch.clamp(start.to(torch.int64), 0, g.size(have - size))
    return torch.reshape(first, (1,)) if size == 1 else first + g.iota(size)
