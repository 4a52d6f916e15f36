"""Elimination and reflection, row by row and column by column, on whole stacks of matrices at once."""

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.linalg import adjoint
from philtre.targets.numpy.precision import widened
from philtre.targets.numpy.table import rule
from philtre.trace import Equation


@rule("lu")
def _lu(equation: Equation, x: Array) -> list[Array]:
    """Eliminate column by column, the row with the largest entry first: both factors in one, pivots, order of rows."""
    x, count = x.copy(), min(x.shape[-2:])
    pivots = np.zeros((*x.shape[:-2], count), np.int32)
    for k in range(count):
        column = x[..., k:, k]
        pivots[..., k] = k + np.argmax(np.abs(column.real) + np.abs(column.imag), axis=-1)
        x = np.take_along_axis(x, _swap(k, pivots[..., k], x.shape[-2])[..., None], axis=-2)
        pivot = x[..., k, k, None]
        x[..., k + 1 :, k] /= np.where(pivot == 0, pivot.dtype.type(1), pivot)
        x[..., k + 1 :, k + 1 :] -= x[..., k + 1 :, k, None] * x[..., None, k, k + 1 :]
    return [x, pivots, _permutation(pivots, x.shape[-2])]


def _swap(k: int, other: Array, size: int) -> Array:
    """The order of rows in which row k and another one change places."""
    rows = np.broadcast_to(np.arange(size), (*other.shape, size)).copy()
    rows[..., k] = other
    np.put_along_axis(rows, other[..., None].astype(np.int64), k, axis=-1)
    return rows


def _permutation(pivots: Array, size: int) -> Array:
    """The order of rows that swaps make, one after the other."""
    order = np.broadcast_to(np.arange(size, dtype=np.int32), (*pivots.shape[:-1], size))
    for k in range(pivots.shape[-1]):
        order = np.take_along_axis(order, _swap(k, pivots[..., k], size), axis=-1)
    return order


@rule("lu_pivots_to_permutation")
def _lu_pivots_to_permutation(equation: Equation, pivots: Array) -> Array:
    return _permutation(pivots, equation.params["permutation_size"])


@rule("triangular_solve")
def _triangular_solve(equation: Equation, a: Array, b: Array) -> Array:
    """Solve a x = b, or x a = b, for triangular `a`: one unknown row after the other."""
    params, dtype = equation.params, b.dtype
    a, b, lower = widened(a), widened(b), params["lower"]
    if params["conjugate_a"]:
        a = np.conj(a)
    if params["transpose_a"] == params["left_side"]:
        a, lower = np.swapaxes(a, -1, -2), not lower
    x = (b if params["left_side"] else np.swapaxes(b, -1, -2)).copy()
    n = a.shape[-1]
    for row in range(n) if lower else reversed(range(n)):
        known = slice(0, row) if lower else slice(row + 1, n)
        x[..., row, :] -= (a[..., None, row, known] @ x[..., known, :])[..., 0, :]
        if not params["unit_diagonal"]:
            x[..., row, :] /= a[..., row, row, None]
    return (x if params["left_side"] else np.swapaxes(x, -1, -2)).astype(dtype)


@rule("geqrf")
def _geqrf(equation: Equation, x: Array) -> list[Array]:
    packed, scales = np.linalg.qr(x, mode="raw")
    return [np.swapaxes(packed, -1, -2), scales]


@rule("householder_product")
def _householder_product(equation: Equation, x: Array, scales: Array) -> Array:
    """The first columns of the product of the reflections whose vectors are the columns of `x`."""
    start = np.broadcast_to(np.eye(*x.shape[-2:], dtype=x.dtype), x.shape)
    return _reflected(x, scales, start, backward=True)


@rule("ormqr")
def _ormqr(equation: Equation, x: Array, scales: Array, c: Array) -> Array:
    """Multiply `c` by that product, or by its adjoint, from the left or the right."""
    transpose = equation.params["transpose"]
    if equation.params["left"]:
        return _reflected(x, np.conj(scales) if transpose else scales, c, backward=not transpose)
    scales = scales if transpose else np.conj(scales)
    return adjoint(_reflected(x, scales, adjoint(c), backward=transpose))


def _reflected(x: Array, scales: Array, c: Array, *, backward: bool) -> Array:
    """Apply the reflections I - s v v^H in order, or backward; v is 0 above and 1 on the diagonal."""
    c = c.copy()
    vectors = np.tril(x, -1) + np.eye(*x.shape[-2:], dtype=x.dtype)
    count = scales.shape[-1]
    for k in reversed(range(count)) if backward else range(count):
        v = vectors[..., :, k, None]
        c = c - scales[..., k, None, None] * (v @ (adjoint(v) @ c))
    return c
