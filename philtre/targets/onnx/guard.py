"""Operators that are right for finite numbers only: the graph presumes them, and computes again, slowly, where not.

onnxruntime's MaxPool loses NaN. Checking its input would read every entry, so what is checked is the inputs of the
program: a bound on their size implies one on every tensor that is made of them by known weights. The exact way is
the branch of one If at the end, which shares nothing with the fast way, so that nothing is kept for it.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import NodeProto

from philtre.fields import Array
from philtre.targets.onnx.control import branches
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.value import Value

_KEEPING = frozenset(
    {"AveragePool", "Expand", "Flatten", "Identity", "MaxPool", "Relu", "Reshape", "Slice", "Transpose"}
)
"""Operators whose results are no larger than their first input."""
_LIMIT, _LARGE = float(np.finfo(np.float32).max) / 4, 1e12


def guarded(g: Graph, run: Callable[[Graph], list[Value]]) -> list[Value]:
    """Lower with presumptions, and without them in a branch that runs where they fail."""
    results = run(g)
    if not g.presumed:
        return results
    known = _bounds(g)
    bound = functools.reduce(_Bound.plus, (_of(g, known, value.name) for value in g.presumed))
    if not np.isfinite(bound.constant):
        g.exact = True
        return run(g)
    if not bound.factors:
        return results
    checks = [_is_small(g, g.tensors[name], (_LIMIT - bound.constant) / max(f, 1)) for name, f in bound.factors.items()]
    fine = functools.reduce(functools.partial(g.apply, "And"), checks)
    return branches(g, fine, lambda _: results, run, shared=False)


def _is_small(g: Graph, value: Value, limit: float) -> Value:
    """The sum of all sizes is no less than the largest of them; NaN is not small."""
    total = g.node("ReduceL1", [g.cast(value, np.float32)], (), np.float32, keepdims=0)
    return g.compare("LessOrEqual", total, g.number(limit, total))


@dataclass(frozen=True)
class _Bound:
    """No entry of a tensor is larger than `constant` plus, for each name, its factor times the largest entry there."""

    factors: dict[str, float] = field(default_factory=dict)
    constant: float = 0

    def times(self, number: float, more: float = 0) -> "_Bound":
        return _Bound({name: factor * number for name, factor in self.factors.items()}, self.constant * number + more)

    def plus(self, other: "_Bound") -> "_Bound":
        names = sorted(self.factors.keys() | other.factors.keys())
        factors = {name: self.factors.get(name, 0) + other.factors.get(name, 0) for name in names}
        return _Bound(factors, self.constant + other.constant)


def _bounds(g: Graph) -> dict[str, _Bound]:
    """Bounds of what nodes make in float32; what is made in a way not known here, or may be large, is its own bound."""
    known: dict[str, _Bound] = {}
    for node in g.nodes:
        name = node.output[0]
        bound = _made(g, known, node) if g.tensors[name].dtype == np.float32 else None
        if bound is not None and all(size < _LARGE for size in (bound.constant, *bound.factors.values())):
            known[name] = bound
    return known


def _of(g: Graph, known: Mapping[str, _Bound], name: str) -> _Bound:
    if name in g.constants:
        return _Bound({}, _largest(g.constants[name]))
    return known.get(name, _Bound({name: 1}))


def _made(g: Graph, known: Mapping[str, _Bound], node: NodeProto) -> _Bound | None:
    of = functools.partial(_of, g, known)
    if node.op_type in _KEEPING:
        return of(node.input[0])
    if node.op_type in ("Add", "Sub", "Max", "Min", "Concat"):
        return functools.reduce(_Bound.plus, map(of, node.input))
    if node.op_type == "Cast" and g.tensors[node.input[0]].dtype.kind in "iub":
        return _Bound({}, _reach(g.tensors[node.input[0]].dtype))
    others = [g.constants.get(name) for name in node.input[1:]]
    if node.op_type not in ("Conv", "MatMul", "Mul") or any(array is None for array in others):
        return None
    weights, *bias = (array for array in others if array is not None)
    return of(node.input[0]).times(_gain(node.op_type, weights), sum(map(_largest, bias)))


def _reach(dtype: np.dtype[Any]) -> float:
    return 1.0 if dtype == np.bool_ else -float(np.iinfo(dtype).min) or float(np.iinfo(dtype).max)


def _gain(operator: str, weights: Array) -> float:
    """How much larger a result can be than what is multiplied with the weights."""
    size = np.abs(weights.astype(np.float64))
    axes = {"Conv": tuple(range(1, size.ndim)), "MatMul": (-2,) if size.ndim > 1 else (-1,), "Mul": ()}[operator]
    return float(np.max(size.sum(axes), initial=0)) if axes else float(np.max(size, initial=0))


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array.astype(np.float64)), initial=0))
