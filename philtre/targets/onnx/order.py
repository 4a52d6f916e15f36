"""Sorting, with TopK: equal keys keep their order, NaN comes last."""

from collections.abc import Sequence

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


@rule("sort")
def _sort(g: Graph, equation: Equation, *values: Value) -> list[Value]:
    """Order by the last key first: each pass keeps the order of the one before among equals."""
    axis, full = equation.params["dimension"], [g.full(value) for value in values]
    keys = [part for key in full[: equation.params["num_keys"]] for part in _parts(g, key)]
    order = _ascending(g, keys[-1], axis)
    for key in reversed(keys[:-1]):
        order = _read(g, order, _ascending(g, _read(g, key, order, axis), axis), axis)
    return [_read(g, value, order, axis) for value in full]


def _parts(g: Graph, key: Value) -> Sequence[Value]:
    """Floats are ordered by being NaN, then by value."""
    if key.dtype.kind in "iub":
        return [key]
    lost = g.apply("IsNaN", key, dtype=np.bool_)
    return [g.cast(lost, np.int32), g.where(lost, g.number(0, key), key)]


def _ascending(g: Graph, key: Value, axis: int) -> Value:
    results = [(key.shape, key.dtype), (key.shape, np.int64)]
    count = g.sizes([key.shape[axis]])
    return g.nodes_of("TopK", [key, count], results, axis=axis, largest=0, sorted=1)[1]


def _read(g: Graph, value: Value, order: Value, axis: int) -> Value:
    return g.node("GatherElements", [value, order], value.shape, value.dtype, axis=axis)


def as_signed(g: Graph, value: Value, *, back: bool = False) -> Value:
    """Map uint64 to int64 in order, or back: few kernels of onnxruntime take unsigned integers of 64 bits."""
    top = g.constant(1 << 63, np.uint64)
    if back:
        return g.apply("BitwiseXor", g.cast(value, np.uint64), top)
    return g.cast(g.apply("BitwiseXor", value, top), np.int64)
