"""Reductions under windows that slide along any axes: pooling, its gradients, any combination of two numbers."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from philtre.targets.torch.conversion import is_float
from philtre.targets.torch.convolution import windows
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.layout import padded
from philtre.targets.torch.reduction import highest, lowest
from philtre.targets.torch.table import Data, given_dtype, given_shape, rule, shape_of
from philtre.trace import ClosedJaxpr, Equation, is_symbolic

_POOLS: dict[int, Any] = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
_MEANS: dict[int, Any] = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}
_REDUCTIONS = {
    "reduce_window_sum": torch.sum,
    "reduce_window_max": torch.amax,
    "reduce_window_min": torch.amin,
}


@rule("reduce_window_sum", "reduce_window_max", "reduce_window_min")
def _reduce_window(g: Graph, equation: Equation, x: Data) -> Data:
    name, dtype = equation.primitive.name, given_dtype(equation)
    if name == "reduce_window_max" and _is_pool(equation):
        return _pooled(g, equation, x)
    if name == "reduce_window_sum" and _is_mean(equation):
        return _pooled(g, equation, x) * math.prod(equation.params["window_dimensions"])
    start = 0 if name == "reduce_window_sum" else lowest(dtype) if name == "reduce_window_max" else highest(dtype)
    under = _under(g, equation, x, start)
    axes = tuple(range(-len(_moving(equation)), 0))
    if not axes:
        return under
    if name == "reduce_window_sum":
        return torch.sum(under, axes, dtype=g.carrier(dtype))
    return _REDUCTIONS[name](under, axes)


def _moving(equation: Equation) -> list[int]:
    """Axes along which the window is wider than one entry or skips some."""
    parameters = equation.params
    sizes, steps = parameters["window_dimensions"], parameters["window_strides"]
    return [axis for axis, (size, step) in enumerate(zip(sizes, steps, strict=True)) if size > 1 or step > 1]


def _under(g: Graph, equation: Equation, x: Data, start: Any, index: int = 0) -> Data:
    """The entries under each window, along last axes, one per moving axis."""
    parameters = equation.params
    shape = given_shape(equation, index)
    ones = (1,) * len(shape)
    between = parameters.get("base_dilation") or ones
    gaps = parameters.get("window_dilation") or ones
    x = _framed(g, x, shape, parameters["padding"], between, start, given_dtype(equation, index))
    sizes, steps = parameters["window_dimensions"], parameters["window_strides"]
    for axis in _moving(equation):
        x = g.call(windows, x, axis, sizes[axis], steps[axis], gaps[axis])
    return x


def _framed(g: Graph, x: Data, shape: Any, padding: Any, between: Any, start: Any, dtype: Any) -> Data:
    widths = [(*edges, step - 1) for edges, step in zip(padding, between, strict=True)]
    if not any(is_symbolic(width) or width for each in widths for width in each):
        return x
    after = [
        low + high + (size + (size - 1) * more if not more or is_symbolic(size) or size else 0)
        for size, (low, high, more) in zip(shape, widths, strict=True)
    ]
    return padded(g, x, torch.tensor(start, dtype=g.carrier(dtype), device=g.device), widths, shape, after)


def _is_pool(equation: Equation) -> bool:
    """Whether torch's max_pool does it: floats, up to three axes, its own narrow padding."""
    parameters, moving = equation.params, _moving(equation)
    sizes = parameters["window_dimensions"]
    padding = [parameters["padding"][axis] for axis in moving]
    narrow = all(
        not is_symbolic(low) and not is_symbolic(high) and low == high and 2 * low <= sizes[axis]
        for axis, (low, high) in zip(moving, padding, strict=True)
    )
    plain = all(step == 1 for step in parameters.get("base_dilation") or (1,))
    return is_float(given_dtype(equation)) and 1 <= len(moving) <= 3 and narrow and plain


def _is_mean(equation: Equation) -> bool:
    """Whether torch's avg_pool, times the entries of a window, does it."""
    gaps = equation.params.get("window_dilation") or (1,)
    return _is_pool(equation) and all(gap == 1 for gap in gaps)


def _pooled(g: Graph, equation: Equation, x: Data) -> Data:
    parameters, moving = equation.params, _moving(equation)
    rank = len(given_shape(equation))
    still = [axis for axis in range(rank) if axis not in moving]
    order = [*still, *moving]
    moved = torch.permute(x, order) if order != list(range(rank)) else x
    front = [given_shape(equation)[axis] for axis in still]
    space = [given_shape(equation)[axis] for axis in moving]
    if len(front) != 2:
        moved = torch.reshape(moved, (_flat(g, front), 1, *g.sizes(space)))
    gaps = parameters.get("window_dilation") or (1,) * rank
    options: Any = [
        [parameters["window_dimensions"][axis] for axis in moving],
        [parameters["window_strides"][axis] for axis in moving],
        [parameters["padding"][axis][0] for axis in moving],
    ]
    if equation.primitive.name == "reduce_window_max":
        made = _POOLS[len(moving)](moved, *options, [gaps[axis] for axis in moving])
    else:
        made = _MEANS[len(moving)](moved, *options)
    if len(front) != 2:
        after = [shape_of(equation)[axis] for axis in order]
        made = torch.reshape(made, g.sizes(after))
    return torch.permute(made, tuple(int(axis) for axis in np.argsort(order)))


def _flat(g: Graph, sizes: Sequence[Any]) -> Any:
    total: Any = 1
    for size in sizes:
        total = total * size
    return g.size(total)


@rule("reduce_window", "reduce")
def _general(g: Graph, equation: Equation, *data: Data) -> list[Data]:
    """Combine entries by the function that the equation brings, one after the other."""
    count = len(data) // 2
    parameters = equation.params
    jaxpr = parameters["jaxpr"]
    closed = jaxpr if isinstance(jaxpr, ClosedJaxpr) else ClosedJaxpr(jaxpr, parameters.get("consts", ()))
    body = g.insert(g.body(closed), "combination")
    if equation.primitive.name == "reduce":
        axes = tuple(parameters["dimensions"])
        operands = list(data[:count])
        made = g.call(folded, body, tuple(g.symbols.values()), operands, list(data[count:]), axes)
    else:
        operands = []
        for index in range(count):
            if not isinstance(data[count + index], torch.Tensor):
                raise g.refuse("from a start that is not known")
            operands.append(_under(g, equation, data[index], data[count + index].item(), index))
        axes = tuple(range(-len(_moving(equation)), 0))
        made = g.call(folded, body, tuple(g.symbols.values()), operands, list(data[count:]), axes)
    return [made[index] for index in range(count)]


def folded(body: Any, symbols: Any, operands: list[Any], starts: list[Any], axes: Sequence[int]) -> list[torch.Tensor]:
    """Combine the entries along axes, starting from numbers, element by element."""
    rank = operands[0].ndim
    axes = sorted(axis % rank for axis in axes)
    lines = [
        torch.movedim(x, axes, list(range(len(axes)))).flatten(0, len(axes) - 1) if axes else x[None] for x in operands
    ]
    state = [torch.broadcast_to(start, line.shape[1:]) for start, line in zip(starts, lines, strict=True)]
    shape = state[0].shape
    for entries in zip(*(torch.unbind(line) for line in lines), strict=True):
        if shape.numel() == 0:
            break
        state = _each(body, symbols, state, entries)
    return state


def _each(body: Any, symbols: Any, state: list[Any], entries: Any) -> list[torch.Tensor]:
    """Run a function of single numbers on every pair of entries."""
    flat = [x.reshape(-1) for x in (*state, *entries)]
    rows = [body(*symbols, *numbers) for numbers in zip(*(torch.unbind(x) for x in flat), strict=True)]
    return [torch.stack(column).reshape(state[0].shape) for column in zip(*rows, strict=True)]


@rule("select_and_scatter_add", "select_and_scatter")
def _select_and_scatter_add(g: Graph, equation: Equation, source: Data, x: Data) -> Data:
    """Add each number of the source where the window over `x` finds its largest, or smallest, entry first."""
    parameters = equation.params
    if equation.primitive.name == "select_and_scatter":
        raise g.refuse("with a function of its own: torch pools by largest and smallest only")
    larger = parameters["select_prim"].name == "ge"
    dtype = given_dtype(equation, 1)
    shape = given_shape(equation, 1)
    options = (parameters["window_dimensions"], parameters["window_strides"], parameters["padding"])
    return g.call(scattered, source, x, g.sizes(shape), *options, larger, lowest(dtype) if larger else highest(dtype))


def scattered(
    source: torch.Tensor, x: torch.Tensor, shape: Any, sizes: Any, steps: Any, padding: Any, larger: bool, start: Any
) -> torch.Tensor:
    """See `_select_and_scatter_add`: the windows' positions in the padded array are pooled along with its entries."""
    edges = [width for pair in reversed(padding) for width in pair]
    canvas = functional.pad(x, edges, value=start)
    place = torch.arange(canvas.numel(), device=x.device).reshape(canvas.shape)
    under = canvas
    for axis, (size, step) in enumerate(zip(sizes, steps, strict=True)):
        under, place = windows(under, axis, size, step, 1), windows(place, axis, size, step, 1)
    under, place = under.flatten(x.ndim), place.flatten(x.ndim)
    best = torch.argmax(under, -1, keepdim=True) if larger else torch.argmin(under, -1, keepdim=True)
    found = torch.gather(place, -1, best).reshape(-1)
    made = torch.zeros(canvas.numel(), dtype=source.dtype, device=x.device).index_add(0, found, source.reshape(-1))
    inner = tuple(slice(low, low + size) for (low, _), size in zip(padding, shape, strict=True))
    return made.reshape(canvas.shape)[inner]


@rule("select_and_gather_add")
def _select_and_gather_add(g: Graph, equation: Equation, tangents: Data, x: Data) -> Data:
    """Read from the tangents where the window over `x` finds its largest, or smallest, entry first."""
    larger = equation.params["select_prim"].name == "ge"
    dtype = given_dtype(equation, 1)
    under = _under(g, equation, x, lowest(dtype) if larger else highest(dtype), 1)
    moved = _under(g, equation, tangents, 0, 0)
    count = len(_moving(equation))
    if not count:
        return tangents
    under, moved = torch.flatten(under, -count), torch.flatten(moved, -count)
    best = torch.unsqueeze((torch.argmax if larger else torch.argmin)(under, -1), -1)
    return torch.squeeze(torch.gather(moved, -1, best), -1)
