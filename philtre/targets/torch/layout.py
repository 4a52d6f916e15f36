"""Primitives that move entries without computing: shapes, slices, joins."""

from typing import Any

import torch
from torch.nn import functional

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, given_shape, rule, shape_of
from philtre.trace import Equation, is_symbolic


@rule("reshape", "squeeze", "expand_dims")
def _reshape(g: Graph, equation: Equation, x: Data, *sizes: Data) -> Data:
    if equation.primitive.name == "reshape" and equation.params.get("dimensions") is not None:
        x = torch.permute(x, equation.params["dimensions"])
    return torch.reshape(x, g.sizes(shape_of(equation)))


@rule("transpose")
def _transpose(g: Graph, equation: Equation, x: Data) -> Data:
    return torch.permute(x, equation.params["permutation"])


@rule("concatenate")
def _concatenate(g: Graph, equation: Equation, *parts: Data) -> Data:
    return torch.cat(parts, equation.params["dimension"]) if len(parts) > 1 else parts[0]


@rule("stack")
def _stack(g: Graph, equation: Equation, *parts: Data) -> Data:
    return torch.stack(parts, equation.params["axis"])


@rule("split")
def _split(g: Graph, equation: Equation, x: Data) -> list[Data]:
    parts = torch.split(x, list(g.sizes(equation.params["sizes"])), equation.params["axis"])
    return [parts[index] for index in range(len(equation.outvars))]


@rule("unstack")
def _unstack(g: Graph, equation: Equation, x: Data) -> list[Data]:
    parts = torch.unbind(x, equation.params["axis"])
    return [parts[index] for index in range(len(equation.outvars))]


@rule("tile")
def _tile(g: Graph, equation: Equation, x: Data) -> Data:
    return torch.tile(x, g.sizes(equation.params["reps"]))


@rule("iota")
def _iota(g: Graph, equation: Equation, *sizes: Data) -> Data:
    shape, axis = shape_of(equation), equation.params["dimension"]
    line = _counted(g, shape[axis], dtype_of(equation))
    return torch.broadcast_to(line[(slice(None), *[None] * (len(shape) - axis - 1))], g.sizes(shape))


def _counted(g: Graph, size: Any, dtype: Any) -> Data:
    carrier = g.carrier(dtype)
    if dtype.kind in "iu" and dtype.itemsize >= 4:
        return g.iota(size, carrier)
    return g.iota(size).to(carrier)


@rule("empty", "empty2")
def _empty(g: Graph, equation: Equation, *sizes: Data) -> Data:
    return g.full(shape_of(equation), 0, dtype_of(equation))


@rule("slice")
def _slice(g: Graph, equation: Equation, x: Data) -> Data:
    shape, parameters = given_shape(equation), equation.params
    steps = parameters["strides"] or (1,) * len(shape)
    cuts = []
    for size, start, stop, step in zip(
        shape, parameters["start_indices"], parameters["limit_indices"], steps, strict=True
    ):
        whole = not is_symbolic(start) and start == 0 and step == 1 and stop == size
        cuts.append(slice(None) if whole else slice(g.size(start), g.size(stop), int(step)))
    while cuts and cuts[-1] == slice(None):
        cuts.pop()
    return x[tuple(cuts)] if cuts else x


@rule("rev")
def _rev(g: Graph, equation: Equation, x: Data) -> Data:
    return torch.flip(x, tuple(equation.params["dimensions"]))


@rule("pad")
def _pad(g: Graph, equation: Equation, x: Data, filler: Data) -> Data:
    return padded(g, x, filler, equation.params["padding_config"], given_shape(equation), shape_of(equation))


def _cuts(width: Any) -> bool:
    return not is_symbolic(width) and width < 0


def padded(g: Graph, x: Data, filler: Data, widths: Any, before: Any, after: Any) -> Data:
    """Pad at the edges and between entries; negative widths cut."""
    plain = not any(between or _cuts(low) or _cuts(high) for low, high, between in widths)
    if plain and isinstance(filler, torch.Tensor) and not filler.is_complex():
        edges = [g.size(width) for low, high, _ in reversed(widths) for width in (low, high)]
        return functional.pad(x, edges, value=filler.item())
    spread = [_spread(size, between) for size, (_, _, between) in zip(before, widths, strict=True)]
    room = [size + _more(low) + _more(high) for size, (low, high, _) in zip(spread, widths, strict=True)]
    canvas = torch.broadcast_to(g.proxy(filler), g.sizes(room))
    places = tuple(
        slice(g.size(_more(low)), g.size(_more(low) + size), between + 1)
        for size, (low, _, between) in zip(spread, widths, strict=True)
    )
    cuts = tuple(
        slice(g.size(_more(-low)), g.size(_more(-low) + size)) for size, (low, _, _) in zip(after, widths, strict=True)
    )
    return g.call(put, canvas, places, x)[cuts]


def put(canvas: torch.Tensor, places: tuple[slice, ...], x: torch.Tensor) -> torch.Tensor:
    """Copy a canvas and lay `x` on the places."""
    canvas = canvas.clone()
    canvas[places] = x
    return canvas


def _spread(size: Any, between: int) -> Any:
    if not between:
        return size
    return size + (size - 1) * between if is_symbolic(size) or size > 0 else 0


def _more(width: Any) -> Any:
    return width if is_symbolic(width) else max(width, 0)


@rule("dim_as_value")
def _dim_as_value(g: Graph, equation: Equation) -> Data:
    return g.full((), g.size(equation.params["dim"]), dtype_of(equation))
