"""Products of arrays, all as MatMul: axes are ordered (batch, free, summed) x (batch, summed, free) and merged.

Einsum would be shorter, but onnxruntime 1.31 dies of a division by zero in it for some inputs without rows.
"""

import math
from collections.abc import Sequence

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import dtype_of, rule, shape_of
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


@rule("dot_general")
def _dot_general(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    (summed_a, summed_b), (batch_a, batch_b) = equation.params["dimension_numbers"]
    a, b = (g.full(convert(g, value, dtype_of(equation))) for value in (a, b))
    free_a, free_b = _others(a, summed_a, batch_a), _others(b, summed_b, batch_b)
    left = g.transpose(a, [*batch_a, *free_a, *summed_a])
    right = g.transpose(b, [*batch_b, *summed_b, *free_b])
    batch = left.shape[: len(batch_a)]
    rows = left.shape[len(batch) : len(batch) + len(free_a)]
    columns = right.shape[len(right.shape) - len(free_b) :]
    depth = math.prod(a.shape[axis] for axis in summed_a)
    if batch or len(rows) == 0:
        rows = (math.prod(rows),)
    left = g.full(g.reshape(left, (*batch, *rows, depth)))
    right = g.full(g.reshape(right, (*batch, depth, math.prod(columns))))
    product = g.node("MatMul", [left, right], (*batch, *rows, math.prod(columns)), left.dtype)
    return g.reshape(product, shape_of(equation))


def _others(value: Value, *used: Sequence[int]) -> list[int]:
    taken = {axis for axes in used for axis in axes}
    return [axis for axis in range(len(value.shape)) if axis not in taken]
