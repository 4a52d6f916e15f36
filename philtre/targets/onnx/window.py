"""Windows that slide over an array: their largest, smallest entries and sums, and max-pooling's derivatives."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.control import branches
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.layout import padded, slice_of, spread
from philtre.targets.onnx.table import formula, rule, shape_of
from philtre.targets.onnx.value import Value
from philtre.trace import Equation, is_symbolic


@dataclass(frozen=True)
class Window:
    """A window over an array, one number or pair for each axis.

    Args:
        size: entries of the window.
        strides: from one window to the next.
        padding: entries before and after the array.
        dilation: from one entry of the window to the next.
    """

    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: tuple[tuple[Any, Any], ...]
    dilation: tuple[int, ...]

    @property
    def moving(self) -> list[int]:
        """Axes along which more happens than copying."""
        whole = zip(self.size, self.strides, self.padding, strict=True)
        return [axis for axis, (size, stride, edges) in enumerate(whole) if (size, stride, *edges) != (1, 1, 0, 0)]


@rule("reduce_window_max", "reduce_window_min", "reduce_window_sum")
def _reduce_window(g: Graph, equation: Equation, x: Value) -> Value:
    parameters, name = equation.params, equation.primitive.name.removeprefix("reduce_window_")
    window = window_of(**parameters)
    for axis, step in enumerate(parameters["base_dilation"]):
        if step != 1:
            x = spread(g, x, _neutral(g, name, x), axis, step - 1)
    if name == "max" and x.dtype in (np.float16, np.float32):
        return largest(g, x, window, shape_of(equation))
    return _by_slices(g, name, x, window, shape_of(equation))


def window_of(
    window_dimensions: Any, window_strides: Any, padding: Any, window_dilation: Any = None, **_: Any
) -> Window:
    """Take the window from the parameters of an equation."""
    dilation = tuple(window_dilation) if window_dilation else (1,) * len(window_dimensions)
    return Window(tuple(window_dimensions), tuple(window_strides), tuple(map(tuple, padding)), dilation)


def largest(g: Graph, x: Value, window: Window, shape: tuple[Any, ...]) -> Value:
    """Take the largest entries by MaxPool if all are finite: it loses NaN, and gives the lowest number for -inf."""
    axes = window.moving
    if not axes:
        return x
    edges = [(width, window.size[axis]) for axis in axes for width in window.padding[axis]]
    if len(axes) > 3 or any(is_symbolic(width) or not 0 <= width < size for width, size in edges):
        return _by_slices(g, "max", x, window, shape)
    fast = partial(_max_pool, x=x, window=window, axes=axes, shape=shape)
    if g.exact:
        return _by_slices(g, "max", x, window, shape)
    if g.presumes(x):
        return fast(g)
    total = g.node("ReduceSum", [g.full(x)], (), x.dtype, keepdims=0)
    finite = g.compare("Equal", g.apply("Sub", total, total), g.number(0, total))
    (made,) = branches(g, finite, lambda g: [fast(g)], lambda g: [_by_slices(g, "max", x, window, shape)])
    return made


def _max_pool(g: Graph, *, x: Value, window: Window, axes: list[int], shape: tuple[Any, ...]) -> Value:
    attributes = {
        "kernel_shape": [window.size[axis] for axis in axes],
        "strides": [window.strides[axis] for axis in axes],
        "dilations": [window.dilation[axis] for axis in axes],
        "pads": [window.padding[axis][side] for side in (0, 1) for axis in axes],
    }
    return pooled(g, "MaxPool", x, axes, shape, **attributes)


def pooled(g: Graph, operator: str, x: Value, axes: list[int], shape: tuple[Any, ...], **attributes: Any) -> Value:
    """Apply an operator to (rows, channels, *axes), and bring the axes back."""
    others = [axis for axis in range(len(x.shape)) if axis not in axes]
    order = [*others, *axes]
    moved = g.transpose(x, order)
    target = tuple(shape[axis] for axis in order)
    if len(others) == 2:
        return g.transpose(g.node(operator, [g.full(moved)], target, x.dtype, **attributes), np.argsort(order))
    rows = (math.prod(x.shape[axis] for axis in others), 1)
    merged = g.full(g.reshape(moved, (*rows, *(x.shape[axis] for axis in axes))))
    result = g.node(operator, [merged], (*rows, *target[len(others) :]), x.dtype, **attributes)
    return g.transpose(g.reshape(result, target), np.argsort(order))


def _neutral(g: Graph, name: str, x: Value) -> Value:
    """What changes nothing, for padding."""
    if x.dtype == np.bool_:
        return g.constant(name == "min")
    if name == "sum":
        return g.number(0, x)
    if x.dtype.kind in "iu":
        limits = np.iinfo(x.dtype)
        return g.number(limits.min if name == "max" else limits.max, x)
    return g.number(-np.inf if name == "max" else np.inf, x)


def _by_slices(g: Graph, name: str, x: Value, window: Window, shape: tuple[Any, ...]) -> Value:
    """Combine shifted slices, one axis after the other; the reach doubles with every step."""

    def combine(a: Value, b: Value) -> Value:
        if name == "sum":
            return g.apply("Add", a, b)
        if a.dtype == np.bool_:
            return g.apply("Or" if name == "max" else "And", a, b)
        return g.extreme(name.capitalize(), a, b)

    low, high = ([edges[side] for edges in window.padding] for side in (0, 1))
    whole = tuple(n + before + after for n, before, after in zip(x.shape, low, high, strict=True))
    x = padded(g, x, _neutral(g, name, x), low, high, whole)
    for axis in window.moving:
        total, _ = _run(g, x, axis, window.size[axis], window.dilation[axis], combine)
        x = _cut(g, total, axis, 0, shape[axis], window.strides[axis])
    return x


def _run(
    g: Graph, x: Value, axis: int, size: int, dilation: int, combine: Callable[[Value, Value], Value]
) -> tuple[Value, int]:
    """Combine each entry with the next ones, `size` in all; also say how far that reaches."""
    if size == 1:
        return x, 0
    half, reach = _run(g, x, axis, size // 2, dilation, combine)
    step = size // 2 * dilation
    count = x.shape[axis] - reach - step
    total = combine(_cut(g, half, axis, 0, count, 1), _cut(g, half, axis, step, count, 1))
    reach += step
    if size % 2:
        count -= dilation
        total = combine(_cut(g, total, axis, 0, count, 1), _cut(g, x, axis, reach + dilation, count, 1))
        reach += dilation
    return total, reach


def _cut(g: Graph, x: Value, axis: int, start: int, count: Any, stride: int) -> Value:
    starts = [start if index == axis else 0 for index in range(len(x.shape))]
    stops = [start + (count - 1) * stride + 1 if index == axis else size for index, size in enumerate(x.shape)]
    steps = [stride if index == axis else 1 for index in range(len(x.shape))]
    shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
    return slice_of(g, x, starts, stops, steps, shape)


def shifts(x: Any, filler: Any, window: Window, between: Sequence[int] = ()) -> list[Any]:
    """The entry of each window at each place in it, an array per place, in row-major order."""
    between = between or (0,) * x.ndim
    edges = [(low, high, gap) for (low, high), gap in zip(window.padding, between, strict=True)]
    x = lax.pad(x, jnp.asarray(filler, x.dtype), edges)
    reach = [(size - 1) * step + 1 for size, step in zip(window.size, window.dilation, strict=True)]
    counts = [(n - r) // s + 1 for n, r, s in zip(x.shape, reach, window.strides, strict=True)]
    places = itertools.product(*(range(0, r, step) for r, step in zip(reach, window.dilation, strict=True)))
    stops = [(count - 1) * stride + 1 for count, stride in zip(counts, window.strides, strict=True)]
    return [
        lax.slice(x, place, [p + stop for p, stop in zip(place, stops, strict=True)], window.strides)
        for place in places
    ]


@formula("select_and_gather_add")
def select_and_gather_add(tangents: Any, x: Any, *, select_prim: Any, base_dilation: Any, **parameters: Any) -> Any:
    """The tangent at the entry of each window that wins: the derivative of pooling, forwards."""
    window, between = window_of(**parameters), [step - 1 for step in base_dilation]
    values, changes = (shifts(array, 0, window, between) for array in (x, tangents))
    chosen = _winner(select_prim, values, shifts(jnp.ones_like(x, bool), False, window, between))
    return sum(jnp.where(chosen == place, change, jnp.zeros_like(change)) for place, change in enumerate(changes))


@formula("select_and_scatter_add")
def select_and_scatter_add(source: Any, x: Any, *, select_prim: Any, **parameters: Any) -> Any:
    """Add each number at the entry of its window that wins: the derivative of pooling, backwards."""
    window = window_of(**parameters)
    chosen = _winner(select_prim, shifts(x, 0, window), shifts(jnp.ones_like(x, bool), False, window))
    whole = [n + low + high for n, (low, high) in zip(x.shape, window.padding, strict=True)]
    total = jnp.zeros(whole, x.dtype)
    for index, place in enumerate(itertools.product(*map(range, window.size))):
        given = jnp.where(chosen == index, source, jnp.zeros_like(source))
        reach = [p + (n - 1) * s + 1 for p, n, s in zip(place, source.shape, window.strides, strict=True)]
        edges = zip(place, [n - r for n, r in zip(whole, reach, strict=True)], window.strides, strict=True)
        total = total + lax.pad(given, jnp.zeros((), x.dtype), [(low, high, s - 1) for low, high, s in edges])
    return lax.pad(total, jnp.zeros((), x.dtype), [(-low, -high, 0) for low, high in window.padding])


def _winner(select: Any, values: Sequence[Any], inside: Sequence[Any]) -> Any:
    """The place in each window of the entry that stays when each one is compared with the next; padding never does."""
    best, valid, chosen = values[0], inside[0], jnp.zeros(values[0].shape, jnp.int32)
    for place, (value, real) in enumerate(zip(values[1:], inside[1:], strict=True), 1):
        wins = real & ~(valid & select.bind(best, value))
        best, valid = jnp.where(wins, value, best), valid | real
        chosen = jnp.where(wins, jnp.int32(place), chosen)
    return chosen
