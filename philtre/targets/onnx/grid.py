"""Operations on grids of 1 to 3 axes in single precision: Conv, ConvTranspose and pools, whose channels come first."""

import math
from collections.abc import Sequence
from typing import Any

from philtre.ops.grid import Windows
from philtre.targets.onnx.convolution import SINGLE, convolved, transposed
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value
from philtre.targets.onnx.window import Window, largest, pooled
from philtre.trace import is_symbolic


def _folded(g: Graph, x: Value, rank: int) -> Value:
    """Make one axis of all that lead: (rows, *space, channels)."""
    return g.reshape(x, (math.prod(x.shape[: -rank - 1]), *x.shape[-rank - 1 :]))


def _unfolded(g: Graph, y: Value, x: Value, rank: int) -> Value:
    """Bring the channels last, and the leading axes back."""
    last = g.transpose(y, [0, *range(2, rank + 2), 1])
    return g.reshape(last, (*x.shape[: -rank - 1], *last.shape[1:]))


@kernel("conv")
def _conv(
    g: Graph, x: Value, weights: Value, bias: Value | None, *, strides: Any, padding: Any, dilation: Any, groups: int
) -> Value | None:
    if x.dtype not in SINGLE:
        return None
    rank = len(strides)
    rows = _folded(g, x, rank)
    windows = Windows(weights.shape[:-2], strides, padding, dilation)
    space = rows.shape[1:-1]
    shape = (rows.shape[0], weights.shape[-1], *windows.results(space))
    first = g.transpose(rows, [0, rank + 1, *range(1, rank + 1)])
    turned = g.transpose(g.cast(weights, x.dtype), [rank + 1, rank, *range(rank)])
    options = {"strides": strides, "dilations": dilation, "group": groups}
    term = None if bias is None else g.cast(bias, x.dtype)
    return _unfolded(g, convolved(g, first, turned, shape, windows.pairs(space), bias=term, **options), x, rank)


@kernel("conv_transpose")
def _conv_transpose(
    g: Graph, x: Value, weights: Value, bias: Value | None, *, strides: Any, padding: Any, dilation: Any, groups: int
) -> Value | None:
    if x.dtype not in SINGLE:
        return None
    rank = len(strides)
    rows = _folded(g, x, rank)
    parts = zip(rows.shape[1:-1], strides, weights.shape[:-2], dilation, padding, strict=True)
    space = [(n - 1) * step + (size - 1) * gap + 1 - low - high for n, step, size, gap, (low, high) in parts]
    first = g.transpose(rows, [0, rank + 1, *range(1, rank + 1)])
    turned = g.transpose(g.cast(weights, x.dtype), [rank, rank + 1, *range(rank)])
    options = {"strides": strides, "dilations": dilation, "group": groups}
    term = None if bias is None else g.cast(bias, x.dtype)
    shape = (rows.shape[0], weights.shape[-1] * groups, *space)
    made = transposed(g, first, turned, shape, padding, bias=term, **options)
    return None if made is None else _unfolded(g, made, x, rank)


@kernel("max_pool")
def _max_pool(g: Graph, x: Value, *, window: Any, strides: Any, padding: Any) -> Value | None:
    if x.dtype not in SINGLE:
        return None
    rows, windows = _folded(g, x, len(window)), Windows(window, strides, padding, (1,) * len(window))
    pairs, shape = windows.pairs(rows.shape[1:-1]), _results(rows, windows)
    around = Window((1, *window, 1), (1, *strides, 1), ((0, 0), *pairs, (0, 0)), (1,) * len(rows.shape))
    return g.reshape(largest(g, rows, around, shape), (*x.shape[: -len(window) - 1], *shape[1:]))


@kernel("avg_pool")
def _avg_pool(g: Graph, x: Value, *, window: Any, strides: Any, padding: Any, count_include_pad: bool) -> Value | None:
    """Padding as wide as the window is refused by onnxruntime, and left to the body."""
    rows, windows = _folded(g, x, len(window)), Windows(window, strides, padding, (1,) * len(window))
    pairs = windows.pairs(rows.shape[1:-1])
    widths: Sequence[Any] = [(width, size) for pair, size in zip(pairs, window, strict=True) for width in pair]
    if x.dtype not in SINGLE or any(is_symbolic(width) or width >= size for width, size in widths):
        return None
    pads = [pair[side] for side in (0, 1) for pair in pairs]
    options = {"kernel_shape": list(window), "strides": list(strides), "pads": pads}
    shape, axes = _results(rows, windows), list(range(1, len(window) + 1))
    mean = pooled(g, "AveragePool", rows, axes, shape, **options, count_include_pad=int(count_include_pad))
    return g.reshape(mean, (*x.shape[: -len(window) - 1], *shape[1:]))


def _results(rows: Value, windows: Windows) -> tuple[Any, ...]:
    return (rows.shape[0], *windows.results(rows.shape[1:-1]), rows.shape[-1])
