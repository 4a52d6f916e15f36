"""Products of arrays: MatMul wherever the axes allow it, else Einsum.

A vector on the right is made a column, since onnxruntime refuses it for a left side without rows.
"""

from collections.abc import Sequence
from string import ascii_lowercase

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph, Value
from philtre.targets.onnx.table import dtype_of, rule, shape_of
from philtre.trace import Equation


@rule("dot_general")
def _dot_general(g: Graph, equation: Equation, a: Value, b: Value) -> Value:
    (over_a, over_b), (batch_a, batch_b) = equation.params["dimension_numbers"]
    dtype, shape = dtype_of(equation), shape_of(equation)
    a, b = (g.full(convert(g, value, dtype)) for value in (a, b))
    free_a = _others(a, over_a, batch_a)
    free_b = _others(b, over_b, batch_b)
    plain = not batch_a and len(free_b) <= 1
    batched = len(free_a) == len(free_b) == 1
    if len(over_a) == 1 and (plain or batched):
        left = g.transpose(a, [*batch_a, *free_a, *over_a])
        right = g.transpose(b, [*batch_b, *over_b, *free_b])
        if not free_b and free_a:
            right = g.reshape(right, (*right.shape, 1))
            return g.reshape(g.node("MatMul", [left, right], (*shape, 1), dtype), shape)
        return g.node("MatMul", [left, right], shape, dtype)
    letters = iter(ascii_lowercase)
    names_a = dict(zip((*batch_a, *over_a, *free_a), letters, strict=False))
    names_b = {axis: names_a[other] for axis, other in zip((*batch_b, *over_b), (*batch_a, *over_a), strict=True)}
    names_b |= {axis: next(letters) for axis in free_b}
    kept = [names_a[axis] for axis in (*batch_a, *free_a)] + [names_b[axis] for axis in free_b]
    formula = f"{_spell(names_a)},{_spell(names_b)}->{''.join(kept)}"
    return g.node("Einsum", [a, b], shape, dtype, equation=formula)


def _others(value: Value, *used: Sequence[int]) -> list[int]:
    taken = {axis for axes in used for axis in axes}
    return [axis for axis in range(len(value.shape)) if axis not in taken]


def _spell(names: dict[int, str]) -> str:
    return "".join(names[axis] for axis in sorted(names))
