"""Sorting and the largest entries, with TopK: equal keys keep their order, NaN is above all."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import kernel, rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation

_HUGE = 1e300
"""Above all numbers of float32, in float64."""


@rule("sort")
def _sort(g: Graph, equation: Equation, *values: Value) -> list[Value]:
    """Order by the last key first: each pass keeps the order of the one before among equals."""
    axis, full = equation.params["dimension"], [g.full(value) for value in values]
    keys = [part for key in full[: equation.params["num_keys"]] for part in _keys(g, key)]
    order = _ordered(g, keys, axis, full[0].shape[axis], largest=0)
    return [_read(g, value, order, axis) for value in full]


@rule("top_k")
def _top_k(g: Graph, equation: Equation, x: Value) -> list[Value]:
    return top_k(g, x, equation.params["k"], equation.params["axis"])


@rule("approx_top_k")
def _approx_top_k(g: Graph, equation: Equation, x: Value) -> list[Value]:
    """The best approximation is the exact answer."""
    axis = equation.params["reduction_dimension"] % len(x.shape)
    return top_k(g, x, equation.params["k"], axis, largest=equation.params["is_max_k"])


@kernel("top_k")
def _top_k_kernel(g: Graph, x: Value, *, k: int, axis: int) -> list[Value]:
    return top_k(g, x, k, axis % len(x.shape))


def top_k(g: Graph, x: Value, k: int, axis: int, *, largest: bool = True) -> list[Value]:
    """The k largest entries and their positions in int32; 0.0 is above -0.0, as in JAX."""
    x = g.full(x)
    keys = _keys(g, x)
    if x.dtype.kind not in "iub":
        keys = _zeros_apart(g, x, keys)
    order = _ordered(g, keys, axis, k, largest=int(largest))
    return [_read(g, x, order, axis), convert(g, order, np.int32)]


def _keys(g: Graph, key: Value) -> list[Value]:
    """What TopK can compare: signed integers; for floats one without NaN, of a wider dtype if there is one."""
    if key.dtype == np.uint64:
        return [as_signed(g, key)]
    if key.dtype.kind in "iub":
        return [key]
    lost = g.apply("IsNaN", key, dtype=np.bool_)
    if key.dtype == np.float64:
        return [g.cast(lost, np.int32), g.where(lost, g.number(0, key), key)]
    wide = g.cast(key, np.float64)
    finite = g.apply("Min", wide, g.number(_HUGE, wide))
    return [g.where(lost, g.number(np.inf, wide), finite)]


def _zeros_apart(g: Graph, x: Value, keys: list[Value]) -> list[Value]:
    inverse = g.apply("Reciprocal", x)
    below = g.compare("Equal", inverse, g.number(-np.inf, x))
    if len(keys) == 2:
        return [*keys, g.cast(g.apply("Not", below), np.int32)]
    return [g.where(below, g.number(-1 / _HUGE, keys[0]), keys[0])]


def _ordered(g: Graph, keys: Sequence[Value], axis: int, count: int, *, largest: int) -> Value:
    """Positions of the first entries in the order of the keys."""
    *others, last = keys
    order = _first(g, last, axis, last.shape[axis] if others else count, largest)
    for index, key in reversed(list(enumerate(others))):
        size = key.shape[axis] if index else count
        order = _read(g, order, _first(g, _read(g, key, order, axis), axis, size, largest), axis)
    return order


def _first(g: Graph, key: Value, axis: int, count: Any, largest: int) -> Value:
    shape = (*key.shape[:axis], count, *key.shape[axis + 1 :])
    results = [(shape, key.dtype), (shape, np.int64)]
    return g.nodes_of("TopK", [key, g.sizes([count])], results, axis=axis, largest=largest, sorted=1)[1]


def _read(g: Graph, value: Value, order: Value, axis: int) -> Value:
    return g.node("GatherElements", [value, order], order.shape, value.dtype, axis=axis)


def as_signed(g: Graph, value: Value, *, back: bool = False) -> Value:
    """Map uint64 to int64 in order, or back: few kernels of onnxruntime take unsigned integers of 64 bits."""
    top = g.constant(1 << 63, np.uint64)
    if back:
        return g.apply("BitwiseXor", g.cast(value, np.uint64), top)
    return g.cast(g.apply("BitwiseXor", value, top), np.int64)
