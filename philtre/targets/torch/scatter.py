"""Writing at computed positions: set, add, multiply, smallest, largest; what is out of range is dropped or moved in."""

from typing import Any

import numpy as np
import torch
from jax.lax import GatherScatterMode

from philtre.targets.torch.form import Form, kept_axes, positions, starts
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.indexing import window
from philtre.targets.torch.table import Data, given_shape, rule
from philtre.trace import ClosedJaxpr, Equation

_REDUCTIONS = {"scatter-mul": "prod", "scatter-min": "amin", "scatter-max": "amax"}


@rule("scatter", "scatter-add", "scatter-sub", "scatter-mul", "scatter-min", "scatter-max")
def _scatter(g: Graph, equation: Equation, x: Data, indices: Data, updates: Data) -> Data:
    """Write windows into rows: one row per entry of the placed axes, one more row for what is dropped."""
    form = _form(equation)
    safe, inside = starts(g, form, indices, dropping=equation.params["mode"] != GatherScatterMode.CLIP)
    places = positions(g, form, safe)
    if not places:
        places = [g.constant(np.zeros([1] * form.count), np.int64)]
    order = (*form.placed, *form.whole)
    sizes = g.sizes([form.shape[axis] for axis in form.placed])
    for axis in sorted(form.single, reverse=True):
        updates = torch.squeeze(updates, axis)
    updates = torch.permute(updates, tuple(form.target))
    outside = None
    if inside is not None:
        outside = ~inside[(..., *[None] * len(form.windows))] if form.windows else ~inside
    body, symbols = _applied(g, equation)
    moved = torch.permute(x, order)
    how = "apply" if body is not None else equation.primitive.name
    written = g.call(write, moved, places, sizes, updates, outside, how, body, symbols)
    return torch.permute(written, tuple(int(axis) for axis in np.argsort(order)))


def _form(equation: Equation) -> Form:
    numbers, shape = equation.params["dimension_numbers"], given_shape(equation)
    kept = kept_axes(len(shape), (*numbers.inserted_window_dims, *numbers.operand_batching_dims))
    offset = dict(zip(kept, numbers.update_window_dims, strict=True))
    made = given_shape(equation, 2)
    return Form(
        shape=shape,
        sizes=tuple(made[offset[axis]] if axis in offset else 1 for axis in range(len(shape))),
        paired=tuple(numbers.operand_batching_dims),
        leading=tuple(numbers.scatter_indices_batching_dims),
        indexed=tuple(numbers.scatter_dims_to_operand_dims),
        offset=offset,
        count=len(given_shape(equation, 1)) - 1,
    )


def _applied(g: Graph, equation: Equation) -> tuple[Any, tuple[Any, ...]]:
    """The function of `x.at[...].apply(function)` as a module, with its sizes; None for plain updates."""
    jaxpr = equation.params.get("update_jaxpr")
    if equation.primitive.name != "scatter" or jaxpr is None or jaxpr.outvars[0] is jaxpr.invars[1]:
        return None, ()
    closed = ClosedJaxpr(jaxpr, equation.params["update_consts"])
    return g.insert(g.body(closed), "update"), tuple(g.symbols.values())


def write(
    x: torch.Tensor,
    places: list[torch.Tensor],
    sizes: tuple[int, ...],
    updates: torch.Tensor,
    outside: torch.Tensor | None,
    how: str,
    body: Any,
    symbols: tuple[int, ...],
) -> torch.Tensor:
    """Write updates at places of the leading axes, one place after the other."""
    count = len(sizes)
    kept = x.shape[count:]
    line = places[0] * 0
    rows = 1
    for place, size in zip(places, sizes, strict=False):
        line, rows = line * size + place, rows * size
    flat = torch.reshape(x, (rows, *kept))
    if outside is not None:
        flat = torch.cat([flat, flat.new_zeros((1, *kept))])
        line = torch.where(outside, rows, line)
    shape = updates.shape[: updates.ndim - len(kept)]
    line = torch.reshape(torch.broadcast_to(line, shape), (-1,))
    source = torch.reshape(updates, (line.shape[0], *kept))
    return torch.reshape(_combined(flat, line, source, how, body, symbols)[:rows], x.shape)


def _combined(
    flat: torch.Tensor, line: torch.Tensor, source: torch.Tensor, how: str, body: Any, symbols: tuple[int, ...]
) -> torch.Tensor:
    if how == "scatter":
        return torch.index_put(flat, (line,), source)
    if how in ("scatter-add", "scatter-sub"):
        return torch.index_add(flat, 0, line, source, alpha=1 if how == "scatter-add" else -1)
    if how == "apply":
        return _applied_in_turn(flat, line, body, symbols)
    index = torch.broadcast_to(line.reshape(-1, *[1] * (flat.ndim - 1)), source.shape)
    return torch.scatter_reduce(flat, 0, index, source, _REDUCTIONS[how])


def _applied_in_turn(flat: torch.Tensor, line: torch.Tensor, body: Any, symbols: tuple[int, ...]) -> torch.Tensor:
    """Replace rows by a function of them, so often as they are named."""
    for row in torch.unbind(line[:, None]):
        old = torch.index_select(flat, 0, row)
        new = [body(*symbols, entry, entry)[0] for entry in torch.unbind(old.reshape(-1))]
        flat = torch.index_put(flat, (row,), torch.stack(new).reshape(old.shape)) if new else flat
    return flat


@rule("dynamic_update_slice")
def _dynamic_update_slice(g: Graph, equation: Equation, x: Data, update: Data, *where: Data) -> Data:
    """Lay a window on the array, moved inside where it would stick out."""
    shape, sizes = given_shape(equation), given_shape(equation, 1)
    cut = [axis for axis, (have, size) in enumerate(zip(shape, sizes, strict=True)) if have != size]
    if not cut:
        return update
    lines = {axis: window(g, where[axis], shape[axis], sizes[axis]) for axis in cut}
    if len(cut) == 1:
        return torch.index_copy(x, cut[0], lines[cut[0]], update)
    found = [
        (lines[axis] if axis in cut else g.iota(size))[(slice(None), *[None] * (len(shape) - axis - 1))]
        for axis, size in enumerate(sizes)
    ]
    return torch.index_put(x, tuple(found), update)
