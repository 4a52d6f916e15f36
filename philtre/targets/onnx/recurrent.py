"""Recurrent layers as ONNX's LSTM and GRU, whose gates stand in another order, time first."""

import math
from typing import Any

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.layout import concatenate, slice_of
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value
from philtre.trace import is_symbolic

_NOTHING = Value("", (), (), np.dtype(np.float32))
_FLOATS = ("float16", "bfloat16", "float32")


@kernel("lstm")
def _lstm(
    g: Graph, x: Value, weights: Value, recurrent: Value, bias: Value | None, hidden: Value | None,
    cell: Value | None, lengths: Value | None, *, reverse: bool
) -> list[Value] | None:  # fmt: skip
    """Reorder input, forget, candidate, output to input, output, forget, candidate."""
    if not _fits(x):
        return None
    layer = _Layer(g, x, recurrent.shape[0], reverse)
    both = [layer.gates(bias, [0, 3, 1, 2]), layer.nothing(4)] if bias is not None else []
    inputs = [
        layer.steps(), layer.weights(weights, [0, 3, 1, 2]), layer.weights(recurrent, [0, 3, 1, 2]),
        layer.joined(both), layer.lengths(lengths), layer.state(hidden), layer.state(cell),
    ]  # fmt: skip
    return layer.run("LSTM", inputs, [hidden, cell], lengths)


@kernel("gru")
def _gru(
    g: Graph, x: Value, weights: Value, recurrent: Value, bias: Value | None, recurrent_bias: Value | None,
    hidden: Value | None, lengths: Value | None, *, reverse: bool
) -> list[Value] | None:  # fmt: skip
    """Reorder reset, update, candidate to update, reset, candidate."""
    if not _fits(x):
        return None
    layer = _Layer(g, x, recurrent.shape[0], reverse)
    terms = [layer.nothing(3) if term is None else layer.gates(term, [1, 0, 2]) for term in (bias, recurrent_bias)]
    both = terms if bias is not None or recurrent_bias is not None else []
    inputs = [
        layer.steps(), layer.weights(weights, [1, 0, 2]), layer.weights(recurrent, [1, 0, 2]),
        layer.joined(both), layer.lengths(lengths), layer.state(hidden),
    ]  # fmt: skip
    return layer.run("GRU", inputs, [hidden], lengths, linear_before_reset=1)


def _fits(x: Value) -> bool:
    """Whether the operators may run: they compute in float32, and take at least one step."""
    return x.dtype.name in _FLOATS and not is_symbolic(x.shape[-2]) and 0 not in x.shape


class _Layer:
    """One layer in ONNX's layout: time, rows, features.

    Args:
        g: the graph.
        x: the input [..., t, d].
        size: size of the state.
        reverse: whether it walks backwards.
    """

    def __init__(self, g: Graph, x: Value, size: int, reverse: bool) -> None:
        self.g, self.x, self.size, self.reverse = g, x, size, reverse
        self.rows = math.prod(x.shape[:-2])

    def steps(self) -> Value:
        rows = self.g.reshape(self.g.cast(self.x, np.float32), (self.rows, *self.x.shape[-2:]))
        return self._some(self.g.full(self.g.transpose(rows, [1, 0, 2])), 1)

    def _some(self, value: Value, axis: int) -> Value:
        """Add a row if there is none: onnxruntime's kernels end the process then."""
        if not is_symbolic(self.rows):
            return value
        g, rows = self.g, self.g.size(self.rows)
        more = g.apply("Sub", g.extreme("Max", rows, g.constant([1])), rows)
        before = g.constant([0] * (len(value.shape) + axis), np.int64)
        after = g.constant([0] * (len(value.shape) - axis - 1), np.int64)
        edges = g.node("Concat", [before, more, after], (2 * len(value.shape),), np.int64, axis=0)
        return g.node("Pad", [value, edges], value.shape, value.dtype)

    def _given(self, value: Value, axis: int) -> Value:
        """Cut what `_some` added."""
        if not is_symbolic(self.rows):
            return value
        bounds = [self.g.constant([0]), self.g.size(self.rows), self.g.constant([axis])]
        return self.g.node("Slice", [value, *bounds], value.shape, value.dtype)

    def gates(self, value: Value, order: list[int]) -> Value:
        """Reorder the gates, which stand side by side on the last axis."""
        g, value = self.g, self.g.full(self.g.cast(value, np.float32))
        width = self.size
        if value.constant is not None:
            parts = np.split(value.constant, len(order), axis=-1)
            return g.constant(np.concatenate([parts[index] for index in order], axis=-1))
        *lead, whole = value.shape
        none, ones = [0] * len(lead), [1] * len(value.shape)
        cut = [slice_of(g, value, [*none, i * width], [*lead, (i + 1) * width], ones, (*lead, width)) for i in order]
        return concatenate(g, cut, (*lead, whole), len(lead))

    def weights(self, value: Value, order: list[int]) -> Value:
        turned = self.g.transpose(self.gates(value, order), [1, 0])
        return self.g.full(self.g.reshape(turned, (1, *turned.shape)))

    def nothing(self, gates: int) -> Value:
        return self.g.constant(np.zeros(gates * self.size, np.float32))

    def joined(self, terms: list[Value]) -> Value:
        if not terms:
            return _NOTHING
        whole = sum(term.shape[0] for term in terms)
        if all(term.constant is not None for term in terms):
            return self.g.constant(np.concatenate([np.asarray(term.constant) for term in terms])[None])
        return self.g.reshape(concatenate(self.g, terms, (whole,), 0), (1, whole))

    def lengths(self, lengths: Value | None) -> Value:
        if lengths is None:
            return _NOTHING
        g, steps = self.g, self.x.shape[-2]
        counts = g.cast(lengths, np.int64)
        inside = g.extreme("Max", g.extreme("Min", counts, g.constant(steps)), g.constant(0))
        return self._some(g.full(g.cast(g.reshape(inside, (self.rows,)), np.int32)), 0)

    def state(self, value: Value | None) -> Value:
        if value is None:
            return _NOTHING
        return self._some(self.g.full(self.g.reshape(self.g.cast(value, np.float32), (1, self.rows, self.size))), 1)

    def run(
        self, operator: str, inputs: list[Value], start: list[Value | None], lengths: Value | None, **attributes: Any
    ) -> list[Value]:
        """Make the node; a row of no steps ends in the state where it started, which the operators make 0."""
        g, time, lead = self.g, self.x.shape[-2], self.x.shape[:-2]
        state = ((1, self.rows, self.size), np.float32)
        results = [((time, 1, self.rows, self.size), np.float32), *[state for _ in start]]
        direction = "reverse" if self.reverse else "forward"
        first, *last = g.nodes_of(
            operator, inputs, results, hidden_size=int(self.size), direction=direction, **attributes
        )
        rows = g.transpose(g.reshape(self._given(first, 2), (time, self.rows, self.size)), [1, 0, 2])
        outputs = [g.cast(g.reshape(rows, (*lead, time, self.size)), self.x.dtype)]
        for made, given in zip(last, start, strict=True):
            end = g.cast(g.reshape(self._given(made, 1), (*lead, self.size)), self.x.dtype)
            if given is not None and lengths is not None:
                moved = g.compare("Less", g.constant(0, lengths.dtype), g.reshape(lengths, (*lead, 1)))
                end = g.where(moved, end, g.cast(given, end.dtype))
            outputs.append(end)
        return outputs
