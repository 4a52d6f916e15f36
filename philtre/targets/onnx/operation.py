"""Operations of `ops` that ONNX has as one operator; None leaves them to their body."""

from dataclasses import replace

import numpy as np

from philtre.targets.onnx.elementwise import clamped
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.indexing import filler
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value
from philtre.trace import is_symbolic


@kernel("softmax")
def _softmax(g: Graph, x: Value, *, axis: int) -> Value:
    return g.node("Softmax", [g.full(x)], x.shape, x.dtype, axis=axis)


@kernel("log_softmax")
def _log_softmax(g: Graph, x: Value, *, axis: int) -> Value:
    return g.node("LogSoftmax", [g.full(x)], x.shape, x.dtype, axis=axis)


@kernel("logsumexp")
def _logsumexp(g: Graph, x: Value, *, axis: tuple[int, ...], keepdims: bool) -> Value | None:
    places = [each % len(x.shape) for each in axis]
    if any(x.shape[place] == 0 for place in places) or x.dtype == np.float64:
        return None
    shape = [1 if place in places else size for place, size in enumerate(x.shape) if keepdims or place not in places]
    axes = g.constant(np.array(places, np.int64))
    return g.node("ReduceLogSumExp", [g.full(x), axes], tuple(shape), x.dtype, keepdims=int(keepdims))


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


@kernel("rms_norm")
def _rms_norm(g: Graph, x: Value, scale: Value, *, epsilon: float) -> Value | None:
    """Float64 is left to the body, as in layer_norm."""
    if not g.offers("RMSNormalization", x.dtype) or is_symbolic(x.shape[-1]) or x.shape[-1:] != scale.shape:
        return None
    inputs = [g.full(x), g.full(g.cast(scale, x.dtype))]
    return g.node("RMSNormalization", inputs, x.shape, x.dtype, axis=-1, epsilon=epsilon)


@kernel("batch_norm")
def _batch_norm(
    g: Graph, x: Value, mean: Value, variance: Value, scale: Value, bias: Value, *, epsilon: float
) -> Value | None:
    """Known statistics are one factor and one term for each channel."""
    known = [value.constant for value in (mean, variance, scale, bias)]
    if any(array is None for array in known):
        return None
    centre, spread, size, term = (np.asarray(array, np.float64) for array in known)
    factor = size / np.sqrt(spread + epsilon)
    wide = g.cast(x, np.promote_types(x.dtype, np.float32))
    scaled = g.apply("Mul", wide, g.constant(factor.astype(wide.dtype)))
    return g.cast(g.apply("Add", scaled, g.constant((term - centre * factor).astype(wide.dtype))), x.dtype)


@kernel("embedding")
def _embedding(g: Graph, codes: Value, table: Value) -> Value | None:
    """Read rows, the last ones by negative codes, as ONNX does; beyond that is what JAX fills in."""
    if is_symbolic(table.shape[0]) or table.shape[0] == 0 or codes.dtype.kind == "u":
        return None
    codes = g.cast(codes, np.promote_types(codes.dtype, np.int32))
    low, high = (g.number(bound, codes) for bound in (-table.shape[0], table.shape[0] - 1))
    safe = clamped(g, low, codes, high)
    rows = g.node("Gather", [g.full(table), g.full(safe)], (*codes.shape, *table.shape[1:]), table.dtype, axis=0)
    inside = g.reshape(g.compare("Equal", safe, codes), (*codes.shape, 1))
    return g.where(inside, rows, g.constant(filler(table.dtype)))


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
