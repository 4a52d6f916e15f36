"""Linear algebra: torch's decompositions, in JAX's order and with NaN where there is none."""

from typing import Any

import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_shape, rule
from philtre.trace import Equation


@rule("cholesky")
def _cholesky(g: Graph, equation: Equation, x: Data) -> Data:
    factor, info = _parts(torch.linalg.cholesky_ex(x), 2)
    return torch.where((info == 0)[..., None, None], factor, torch.nan)


@rule("cholesky_update")
def _cholesky_update(g: Graph, equation: Equation, upper: Data, w: Data) -> Data:
    """The factor of upper' upper + w w'."""
    factor, _ = _parts(torch.linalg.cholesky_ex(upper.mT @ upper + w[..., :, None] * w[..., None, :]), 2)
    return factor.mT


@rule("qr")
def _qr(g: Graph, equation: Equation, x: Data) -> list[Data]:
    if equation.params["pivoting"]:
        raise g.refuse("with pivoting: torch has no geqp3")
    return _parts(torch.linalg.qr(x, "complete" if equation.params["full_matrices"] else "reduced"), 2)


@rule("geqrf")
def _geqrf(g: Graph, equation: Equation, x: Data) -> list[Data]:
    return _parts(torch.geqrf(x), 2)


@rule("householder_product")
def _householder_product(g: Graph, equation: Equation, x: Data, scales: Data) -> Data:
    return torch.linalg.householder_product(x, scales)


@rule("ormqr")
def _ormqr(g: Graph, equation: Equation, x: Data, scales: Data, other: Data) -> Data:
    return torch.ormqr(x, scales, other, equation.params["left"], equation.params["transpose"])


@rule("svd")
def _svd(g: Graph, equation: Equation, x: Data) -> list[Data]:
    if equation.params["subset_by_index"] is not None:
        raise g.refuse("of some singular values only: torch finds all")
    if not equation.params["compute_uv"]:
        return [torch.linalg.svdvals(x)]
    u, s, v = _parts(torch.linalg.svd(x, equation.params["full_matrices"]), 3)
    return [s, u, v]


@rule("eigh")
def _eigh(g: Graph, equation: Equation, x: Data) -> list[Data]:
    if equation.params["subset_by_index"] not in (None, (0, given_shape(equation)[-1])):
        raise g.refuse("of some eigenvalues only: torch finds all")
    values, vectors = _parts(torch.linalg.eigh(x, "L" if equation.params["lower"] else "U"), 2)
    return [vectors, values]


@rule("eig")
def _eig(g: Graph, equation: Equation, x: Data) -> list[Data]:
    if equation.params["compute_left_eigenvectors"]:
        raise g.refuse("with left eigenvectors: torch.linalg.eig finds right ones only")
    values, vectors = _parts(torch.linalg.eig(x), 2)
    return [values, vectors] if equation.params["compute_right_eigenvectors"] else [values]


@rule("lu")
def _lu(g: Graph, equation: Equation, x: Data) -> list[Data]:
    factors, pivots, _ = _parts(torch.linalg.lu_factor_ex(x), 3)
    rows = given_shape(equation)[-2]
    return [factors, pivots - 1, g.call(permutation, pivots - 1, g.size(rows))]


@rule("lu_pivots_to_permutation")
def _lu_pivots_to_permutation(g: Graph, equation: Equation, pivots: Data) -> Data:
    return g.call(permutation, pivots, g.size(equation.params["permutation_size"]))


def permutation(pivots: torch.Tensor, size: int) -> torch.Tensor:
    """Turn row swaps, made one after the other, into the order of the rows."""
    order = torch.arange(size, device=pivots.device).expand(*pivots.shape[:-1], size)
    for row in range(pivots.shape[-1]):
        other = pivots[..., row, None].to(torch.int64)
        here, there = order[..., row, None], torch.gather(order, -1, other)
        order = torch.scatter(order, -1, other, here)
        order = torch.cat([order[..., :row], there, order[..., row + 1 :]], -1)
    return order.to(torch.int32)


@rule("triangular_solve")
def _triangular_solve(g: Graph, equation: Equation, a: Data, b: Data) -> Data:
    parameters = equation.params
    upper = parameters["lower"] == parameters["transpose_a"]
    a = torch.transpose(a, -1, -2) if parameters["transpose_a"] else a
    a = torch.conj_physical(a) if parameters["conjugate_a"] else a
    return torch.linalg.solve_triangular(
        a, b, upper=upper, left=parameters["left_side"], unitriangular=parameters["unit_diagonal"]
    )


@rule("tridiagonal_solve")
def _tridiagonal_solve(g: Graph, equation: Equation, below: Data, middle: Data, above: Data, b: Data) -> Data:
    return g.call(tridiagonal_solve, below, middle, above, b)


def tridiagonal_solve(below: torch.Tensor, middle: torch.Tensor, above: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Solve by elimination with row exchanges, in a dense matrix."""
    matrix = torch.diag_embed(middle)
    matrix = matrix + torch.diag_embed(below[..., 1:], -1) + torch.diag_embed(above[..., :-1], 1)
    return torch.linalg.solve(matrix, b)


@rule("symmetric_product")
def _symmetric_product(g: Graph, equation: Equation, a: Data, c: Data) -> Data:
    return equation.params["alpha"] * (a @ a.mT) + equation.params["beta"] * c


@rule("schur", "hessenberg", "tridiagonal")
def _absent(g: Graph, equation: Equation, x: Data) -> Any:
    raise g.refuse("torch has no such decomposition")


def _parts(made: Data, count: int) -> list[Data]:
    return [made[index] for index in range(count)]
