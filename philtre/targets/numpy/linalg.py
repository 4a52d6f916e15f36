"""Factors of matrices by LAPACK; a matrix without them, or not finite, gets NaN."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.linalg

from philtre.fields import Array
from philtre.targets.numpy.precision import is_complex
from philtre.targets.numpy.table import rule, stored
from philtre.trace import Equation, template


def _each(equation: Equation, function: Callable[..., Sequence[Array]], *arrays: Array) -> list[Array]:
    """Apply a function of matrices to each of a stack; NaN where it fails or an entry is not finite."""
    templates = [template(variable) for variable in equation.outvars]
    results = [np.zeros(result.shape, stored(result.dtype)) for result in templates]
    for place in np.ndindex(arrays[0].shape[:-2]):
        for result, part in zip(results, _tried(function, [array[place] for array in arrays], results), strict=True):
            result[place] = part
    return results


def _tried(function: Callable[..., Sequence[Array]], parts: list[Array], results: list[Array]) -> Sequence[Any]:
    failed = [0 if result.dtype.kind in "iu" else np.nan for result in results]
    if not all(np.isfinite(part).all() for part in parts):
        return failed
    try:
        return function(*parts)
    except np.linalg.LinAlgError:
        return failed


def adjoint(x: Array) -> Array:
    """Swap rows and columns, and take the conjugate."""
    return np.conj(np.swapaxes(x, -1, -2))


@rule("cholesky")
def _cholesky(equation: Equation, x: Array) -> list[Array]:
    """Read the lower triangle; a matrix that is not positive definite gives NaN."""
    return _each(equation, lambda a: [np.linalg.cholesky(a)], x)


@rule("cholesky_update")
def _cholesky_update(equation: Equation, upper: Array, w: Array) -> list[Array]:
    """The upper factor of R^T R + w w^T."""
    return [np.linalg.cholesky(upper.T @ upper + np.outer(w, w)).T, np.zeros_like(w)][: len(equation.outvars)]


@rule("qr")
def _qr(equation: Equation, x: Array) -> list[Array]:
    full, pivoting = equation.params["full_matrices"], equation.params["pivoting"]
    if pivoting:
        mode = "full" if full else "economic"
        return _each(equation, lambda a: scipy.linalg.qr(a, mode=mode, pivoting=True, check_finite=False), x)
    return list(np.linalg.qr(x, mode="complete" if full else "reduced"))


@rule("svd")
def _svd(equation: Equation, x: Array) -> list[Array]:
    """Singular values first, then the vectors to their left and right."""
    params = equation.params
    low, high = params["subset_by_index"] or (0, min(x.shape[-2:]))

    def decompose(a: Array) -> list[Array]:
        if not params["compute_uv"]:
            return [np.linalg.svd(a, compute_uv=False)[low:high]]
        u, s, v = np.linalg.svd(a, full_matrices=params["full_matrices"])
        return [s[low:high], u, v] if params["full_matrices"] else [s[low:high], u[:, low:high], v[low:high]]

    return _each(equation, decompose, x)


@rule("eigh")
def _eigh(equation: Equation, x: Array) -> list[Array]:
    """Eigenvectors, then eigenvalues in ascending order, of the matrix that one triangle makes."""
    low, high = equation.params["subset_by_index"] or (0, x.shape[-1])

    def decompose(a: Array) -> list[Array]:
        values, vectors = np.linalg.eigh(a, "L" if equation.params["lower"] else "U")
        return [vectors[:, low:high], values[low:high]]

    return _each(equation, decompose, x)


@rule("eig")
def _eig(equation: Equation, x: Array) -> list[Array]:
    left, right = (equation.params[f"compute_{side}_eigenvectors"] for side in ("left", "right"))

    def decompose(a: Array) -> Sequence[Array]:
        results = scipy.linalg.eig(a, left=left, right=right, check_finite=False)
        return results if left or right else [results]

    return _each(equation, decompose, x)


@rule("schur")
def _schur(equation: Equation, x: Array) -> list[Array]:
    output = "complex" if is_complex(x.dtype) else "real"
    count = len(equation.outvars)
    return _each(equation, lambda a: scipy.linalg.schur(a, output=output, check_finite=False)[:count], x)


@rule("hessenberg")
def _hessenberg(equation: Equation, x: Array) -> list[Array]:
    (gehrd,) = scipy.linalg.get_lapack_funcs(("gehrd",), (x,))
    return _each(equation, lambda a: gehrd(a)[:2], x)


@rule("tridiagonal")
def _tridiagonal(equation: Equation, x: Array) -> list[Array]:
    (reduce,) = scipy.linalg.get_lapack_funcs(("hetrd" if is_complex(x.dtype) else "sytrd",), (x,))
    return _each(equation, lambda a: reduce(a, lower=int(equation.params["lower"]))[:4], x)


@rule("tridiagonal_solve")
def _tridiagonal_solve(equation: Equation, below: Array, diagonal: Array, above: Array, b: Array) -> list[Array]:
    """Solve with the whole matrix; the first entry of `below` and the last one of `above` do not count."""
    n = diagonal.shape[-1]
    matrix = np.zeros((*diagonal.shape, n), diagonal.dtype)
    rows = np.arange(n)
    matrix[..., rows, rows] = diagonal
    matrix[..., rows[1:], rows[:-1]] = below[..., 1:]
    matrix[..., rows[:-1], rows[1:]] = above[..., :-1]
    return _each(equation, lambda a, b: [np.linalg.solve(a, b)], matrix, b)


@rule("symmetric_product")
def _symmetric_product(equation: Equation, x: Array, c: Array) -> Array:
    alpha, beta = (x.dtype.type(equation.params[name]) for name in ("alpha", "beta"))
    return np.asarray(alpha * (x @ np.swapaxes(x, -1, -2)) + beta * c)
