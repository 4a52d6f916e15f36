"""Decompositions: equal where they are unique, and products that give the matrix back where they are not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import UnsupportedError

SQUARE = np.array([[4, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]], np.float32)
BATCH = np.stack([SQUARE, 2 * SQUARE + np.eye(3, dtype=np.float32)])
TALL = np.array([[1, 2], [3, 4], [5, 7]], np.float32)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_decompositions(agree, dtype):
    functions = {
        "cholesky": jnp.linalg.cholesky,
        "upper": lambda a: jnp.linalg.cholesky(a, upper=True),
        "inverse": jnp.linalg.inv,
        "determinant": jnp.linalg.det,
        "sign": lambda a: jnp.linalg.slogdet(a)[0],
        "solved": lambda a: jnp.linalg.solve(a, a[..., :1]),
        "values": jnp.linalg.eigvalsh,
        "singular": lambda a: jnp.linalg.svd(a, compute_uv=False),
        "rank": jnp.linalg.matrix_rank,
        "pseudoinverse": jnp.linalg.pinv,
        "expm": jax.scipy.linalg.expm if dtype == "float64" else (lambda a: a),
    }
    agree(functions, BATCH.astype(dtype), free=False, tolerance=3e-5 if dtype != "float64" else 1e-11)


def test_factors_give_the_matrix_back(agree):
    def from_svd(a):
        u, s, v = jnp.linalg.svd(a, full_matrices=False)
        return u * s @ v

    def from_qr(a):
        q, r = jnp.linalg.qr(a)
        return q @ r

    def from_lu(a):
        p, lower, upper = jax.scipy.linalg.lu(a)
        return p @ lower @ upper

    def from_eigh(a):
        values, vectors = jnp.linalg.eigh(a.T @ a)
        return vectors * values @ vectors.T

    functions = {
        "svd": from_svd,
        "qr": from_qr,
        "lu": from_lu,
        "eigh": from_eigh,
        "full": lambda a: jnp.linalg.qr(a, "complete")[1],
    }
    agree(functions, TALL, free=False, tolerance=1e-5)


def test_triangular_systems_in_all_spellings(agree):
    solve = jax.lax.linalg.triangular_solve
    functions = {
        f"{left}{lower}{transposed}{unit}": lambda a, b, o=(left, lower, transposed, unit): solve(
            a, b, left_side=o[0], lower=o[1], transpose_a=o[2], unit_diagonal=o[3]
        )
        for left in (True, False)
        for lower in (True, False)
        for transposed in (True, False)
        for unit in (True, False)
    }
    agree(functions, BATCH, BATCH[:, ::-1], free=False, tolerance=1e-4)


def test_other_parts(agree):
    agree(
        {
            "permuted": lambda a: jax.lax.linalg.lu(a)[2],
            "pivots": lambda a: jax.lax.linalg.lu(a)[1],
            "diagonals": lambda a: jax.lax.linalg.tridiagonal_solve(a[0], a[1] + 5, a[2], a),
            "eigenvalues": lambda a: jnp.sort(jnp.linalg.eigvals(a).real),
            "product": lambda a: jax.lax.linalg.symmetric_product(a, a, alpha=2.0, beta=0.5, symmetrize_output=True),
            "updated": lambda a: jax.lax.linalg.cholesky_update(jnp.linalg.cholesky(a).T, a[0]),
            "gradient": jax.grad(lambda a: jnp.linalg.slogdet(a)[1]),
            "solution": jax.grad(lambda a: jnp.linalg.solve(a, a[0]).sum()),
        },
        SQUARE,
        free=False,
        tolerance=2e-5,
    )


def test_no_factor_is_nan(agree):
    agree(jnp.linalg.cholesky, -SQUARE, free=False)


def test_what_torch_lacks_is_refused(convert):
    for function in (jax.scipy.linalg.schur, jax.lax.linalg.hessenberg, jax.lax.linalg.tridiagonal):
        with pytest.raises(UnsupportedError, match="torch has no such decomposition"):
            convert(lambda a, f=function: f(a)[0], SQUARE, free=False)
    with pytest.raises(UnsupportedError, match="no geqp3"):
        convert(lambda a: jax.scipy.linalg.qr(a, pivoting=True)[0], SQUARE, free=False)
