"""Operations of `ops` that ONNX has as one operator; None leaves them to their body."""

from dataclasses import replace

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value
from philtre.trace import is_symbolic


@kernel("softmax")
def _softmax(g: Graph, x: Value, *, axis: int) -> Value:
    return g.node("Softmax", [g.full(x)], x.shape, x.dtype, axis=axis)


@kernel("gelu")
def _gelu(g: Graph, x: Value, *, approximate: bool) -> Value | None:
    if not g.offers("Gelu", x.dtype):
        return None
    return g.apply("Gelu", x, approximate="tanh" if approximate else "none")


@kernel("layer_norm")
def _layer_norm(g: Graph, x: Value, scale: Value, bias: Value, *, epsilon: float) -> Value | None:
    """Float64 is left to the body: the operator keeps its epsilon in float32."""
    if x.dtype == np.float64 or is_symbolic(x.shape[-1]) or not x.shape[-1:] == scale.shape == bias.shape:
        return None
    inputs = [g.full(x), g.full(g.cast(scale, x.dtype)), g.full(g.cast(bias, x.dtype))]
    return g.node("LayerNormalization", inputs, x.shape, x.dtype, axis=-1, epsilon=epsilon)


@kernel("dropout")
def _dropout(g: Graph, x: Value, key: Value | None, *, rate: float) -> Value | None:
    return x if key is None or rate == 0 else None


@kernel("counts")
def _counts(g: Graph, codes: Value, *, k: int) -> Value:
    """Add ones at the codes of a row; what does not count goes to one more column, which is cut off."""
    codes = g.cast(codes, np.int64)
    inside = [g.compare("Less", g.constant(-1), codes), g.compare("Less", codes, g.constant(k))]
    place = g.full(g.where(g.apply("And", *inside), codes, g.constant(k)))
    shape, axis = (*codes.shape[:-1], k + 1), len(codes.shape) - 1
    zeros = g.full(replace(g.constant(np.float32(0)), shape=shape))
    ones = g.full(replace(g.constant(np.float32(1)), shape=place.shape))
    added = g.node("ScatterElements", [zeros, place, ones], shape, np.float32, axis=axis, reduction="add")
    cut = [added, *(g.constant(np.array([each])) for each in (0, k, axis))]
    return g.node("Slice", cut, (*shape[:-1], k), np.float32)
