"""Products of tensors: one matrix product where the axes allow it, `einsum` for the rest."""

import string
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, given_dtype, given_shape, rule
from philtre.trace import Equation


@rule("dot_general")
def _dot_general(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    carrier = g.carrier(dtype_of(equation))
    if given_dtype(equation) != dtype_of(equation) or given_dtype(equation, 1) != dtype_of(equation):
        a, b = a.to(carrier), b.to(carrier)
    if dtype_of(equation) == np.bool_:
        return _product(equation, a.to(torch.int64), b.to(torch.int64)) > 0
    return _product(equation, a, b)


def _product(equation: Equation, a: Data, b: Data) -> Data:
    (left, right), (left_batch, right_batch) = equation.params["dimension_numbers"]
    rank_a, rank_b = len(given_shape(equation, 0)), len(given_shape(equation, 1))
    free_a = [axis for axis in range(rank_a) if axis not in (*left, *left_batch)]
    free_b = [axis for axis in range(rank_b) if axis not in (*right, *right_batch)]
    if len(left) == 1 and not left_batch and len(free_b) <= 1:
        return torch.matmul(_permuted(a, [*free_a, *left]), _permuted(b, [*right, *free_b]))
    if len(left) == 1 and len(free_a) == len(free_b) == 1:
        first = _permuted(a, [*left_batch, *free_a, *left])
        return torch.matmul(first, _permuted(b, [*right_batch, *right, *free_b]))
    return torch.einsum(_spelled(equation, free_a, free_b), a, b)


def _permuted(x: Data, axes: Sequence[int]) -> Data:
    return x if list(axes) == list(range(len(axes))) else torch.permute(x, tuple(axes))


def _spelled(equation: Equation, free_a: Sequence[int], free_b: Sequence[int]) -> str:
    (left, right), (left_batch, right_batch) = equation.params["dimension_numbers"]
    letters = iter(string.ascii_letters)
    names_a: dict[Any, str] = {}
    names_b: dict[Any, str] = {}
    for axis_a, axis_b in [*zip(left_batch, right_batch, strict=True), *zip(left, right, strict=True)]:
        names_a[axis_a] = names_b[axis_b] = next(letters)
    names_a |= {axis: next(letters) for axis in free_a}
    names_b |= {axis: next(letters) for axis in free_b}
    kept = [names_a[axis] for axis in (*left_batch, *free_a)] + [names_b[axis] for axis in free_b]
    spelled = ["".join(names[axis] for axis in range(len(names))) for names in (names_a, names_b)]
    return f"{spelled[0]},{spelled[1]}->{''.join(kept)}"
