"""Operators that are right for finite numbers only: the graph presumes them, and computes again, slowly, where not.

onnxruntime's MaxPool loses NaN. Checking its input would read every entry, so what is checked is the inputs of the
program: a bound on their size implies one on every tensor that is made of them by known weights. The exact way is
the branch of one If at the end, which shares nothing with the fast way, so that nothing is kept for it.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.onnx.control import branches
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.value import Value

_KEEPING = frozenset(
    {"AveragePool", "Expand", "Flatten", "Identity", "MaxPool", "Relu", "Reshape", "Slice", "Transpose"}
)
"""Operators whose results are no larger than their first input."""


def guarded(g: Graph, run: Callable[[Graph], list[Value]]) -> list[Value]:
    """Lower with presumptions, and without them in a branch that runs where they fail."""
    results = run(g)
    if not g.presumed:
        return results
    bound = _Bound()
    for value in g.presumed:
        bound = bound.plus(_bound(g, value.name))
    limits = {name: (_limit(g, name) - bound.constant) / factor for name, factor in bound.factors.items() if factor}
    if not all(limit > 0 for limit in [1 / (1 + bound.constant), *limits.values()]):
        g.exact = True
        return run(g)
    if not limits:
        return results
    checks = [_is_small(g, g.tensors[name], limit) for name, limit in limits.items()]
    fine = functools.reduce(functools.partial(g.apply, "And"), checks)
    return branches(g, fine, lambda _: results, run, shared=False)


def _is_small(g: Graph, value: Value, limit: float) -> Value:
    """The sum of all sizes is no less than the largest of them; NaN is not small."""
    total = g.node("ReduceL1", [value], (), value.dtype, keepdims=0)
    return g.compare("LessOrEqual", total, g.number(limit, total))


def _limit(g: Graph, name: str) -> float:
    return float(np.finfo(g.tensors[name].dtype).max) / 4


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


def _bound(g: Graph, name: str) -> _Bound:
    """Follow a tensor to the inputs, or to what is made in a way that is not known here."""
    if name in g.constants:
        return _Bound({}, _largest(g.constants[name]))
    node = g.makers.get(name)
    if node is None:
        return _Bound({name: 1})
    if node.op_type in _KEEPING:
        return _bound(g, node.input[0])
    if node.op_type in ("Add", "Sub", "Max", "Min", "Concat"):
        return functools.reduce(_Bound.plus, (_bound(g, each) for each in node.input))
    if node.op_type == "Cast" and g.tensors[node.input[0]].dtype.kind in "iub":
        return _Bound({}, _reach(g.tensors[node.input[0]].dtype))
    known = [g.constants.get(each) for each in node.input[1:]]
    if node.op_type in ("Conv", "MatMul", "Mul") and all(array is not None for array in known):
        weights, *bias = (array for array in known if array is not None)
        return _bound(g, node.input[0]).times(_gain(node.op_type, weights), sum(map(_largest, bias)))
    return _Bound({name: 1})


def _reach(dtype: np.dtype[Any]) -> float:
    return 1.0 if dtype == np.bool_ else -float(np.iinfo(dtype).min) or float(np.iinfo(dtype).max)


def _gain(operator: str, weights: Array) -> float:
    """How much larger a result can be than what is multiplied with the weights."""
    size = np.abs(weights.astype(np.float64))
    axes = {"Conv": tuple(range(1, size.ndim)), "MatMul": (-2,) if size.ndim > 1 else (-1,), "Mul": ()}[operator]
    return float(np.max(size.sum(axes), initial=0)) if axes else float(np.max(size, initial=0))


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array.astype(np.float64)), initial=0))
