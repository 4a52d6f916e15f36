"""Factors of matrices: those of LAPACK, the same as JAX's up to signs; NaN where there are none."""

import jax
import jax.numpy as jnp
import jax.scipy.linalg
import numpy as np
import pytest
from jax import lax

DTYPES = ["float32", "float64", "complex64"]
ROOM = {"float32": 2e-4, "float64": 1e-11, "complex64": 2e-4}


def matrices(random, dtype, *shape):
    values = random.normal(size=shape)
    return (values + 1j * random.normal(size=shape) if dtype[0] == "c" else values).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_square_matrices(agree, dtype, random):
    x = matrices(random, dtype, 2, 4, 4)
    functions = {
        "cholesky": lambda x: jnp.linalg.cholesky(x @ x.conj().swapaxes(-1, -2) + jnp.eye(4, dtype=x.dtype)),
        "solve": lambda x: jnp.linalg.solve(x, x[..., ::-1]),
        "inverse": jnp.linalg.inv,
        "determinant": jnp.linalg.det,
        "eigenvalues": lambda x: jnp.linalg.eigvalsh(x + x.conj().swapaxes(-1, -2)),
        "lu": lambda x: jax.scipy.linalg.lu_factor(x)[0],
        "pivots": lambda x: jax.scipy.linalg.lu_factor(x)[1],
        "exponential": lambda x: jax.scipy.linalg.expm(x),
    }
    agree(functions, x, tolerance=ROOM[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (2, 4, 4)])
def test_factors_multiply_to_the_matrix(agree, dtype, shape, random):
    x = matrices(random, dtype, *shape)

    def qr(x):
        q, r = jnp.linalg.qr(x, mode="complete")
        return q @ r

    def svd(x):
        u, s, v = jnp.linalg.svd(x, full_matrices=False)
        return (u * s[..., None, :].astype(u.dtype)) @ v

    def lu(x):
        p, lower, upper = jax.scipy.linalg.lu(x)
        return p @ lower @ upper

    whole = jax.vmap(lu) if len(shape) == 3 else lu
    functions = {"qr": qr, "svd": svd, "lu": whole, "values": lambda x: jnp.linalg.svd(x, compute_uv=False)}
    functions |= {"r": lambda x: jnp.abs(jnp.linalg.qr(x)[1]), "pseudo": jnp.linalg.pinv}
    agree(functions, x, tolerance=ROOM[dtype] * 5)


@pytest.mark.parametrize("dtype", DTYPES)
def test_eigenvectors_and_other_forms(agree, dtype, random):
    x = matrices(random, dtype, 4, 4)

    def symmetric(x):
        return x + x.conj().T

    def eigh(x):
        values, vectors = jnp.linalg.eigh(symmetric(x))
        return (vectors * values.astype(vectors.dtype)) @ vectors.conj().T

    def eig(x):
        values, vectors = jnp.linalg.eig(x)
        return vectors @ jnp.diag(values) @ jnp.linalg.inv(vectors)

    def schur(x):
        t, z = jax.scipy.linalg.schur(x)
        return z @ t @ z.conj().T

    def hessenberg(x):
        h, q = jax.scipy.linalg.hessenberg(x, calc_q=True)
        return q @ h @ q.conj().T

    functions = {"eigh": eigh, "eig": eig, "schur": schur, "hessenberg": hessenberg}
    functions["tridiagonal"] = lambda x: jnp.abs(lax.linalg.tridiagonal(symmetric(x), lower=True)[2])
    agree(functions, x, tolerance=ROOM[dtype] * 10)


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("dtype", DTYPES)
def test_triangular_solve(agree, dtype, left, lower, random):
    a, b = matrices(random, dtype, 2, 3, 3) + 3 * np.eye(3, dtype=dtype), matrices(random, dtype, 2, 3, 3)
    options = [(t, c, u) for t in (False, True) for c in (False, True) for u in (False, True)]
    functions = {
        str(option): lambda a, b, o=option: lax.linalg.triangular_solve(
            a, b, left_side=left, lower=lower, transpose_a=o[0], conjugate_a=o[1], unit_diagonal=o[2]
        )
        for option in options
    }
    agree(functions, a, b, tolerance=ROOM[dtype])


def test_reflections(agree, random):
    x = matrices(random, "float32", 4, 3)
    c = matrices(random, "float32", 4, 4)

    def reflections(x):
        vectors, scales = jnp.linalg.qr(x, mode="raw")
        return vectors.T, scales

    def multiplied(left, transpose):
        return lambda x, c: lax.linalg.ormqr(*reflections(x), c, left=left, transpose=transpose)

    functions = {f"{left}{turn}": multiplied(left, turn) for left in (True, False) for turn in (True, False)}
    functions["product"] = lambda x, c: lax.linalg.householder_product(*reflections(x))
    agree(functions, x, c, tolerance=1e-5)


def test_no_factors_are_nan(agree):
    x = np.float32([[1, 2], [2, 1]])
    functions = {
        "cholesky": jnp.linalg.cholesky,
        "svd": lambda x: jnp.linalg.svd(x * jnp.nan)[0],
        "values": lambda x: jnp.linalg.eigvalsh(x / 0),
        "singular": lambda x: jax.scipy.linalg.lu_factor(x * 0)[0],
        "triangle": lambda x: jax.scipy.linalg.solve_triangular(x * 0, x),
    }
    agree(functions, x)


def test_the_rest(agree, random):
    x = matrices(random, "float32", 4, 4)
    functions = {
        "product": lambda x: lax.linalg.symmetric_product(x, x + x.T, alpha=2.0, beta=0.5),
        "band": lambda x: lax.linalg.tridiagonal_solve(x[0], x[1] + 9, x[2], x[:, :2]),
        "order": lambda x: lax.linalg.lu_pivots_to_permutation(jnp.int32([1, 2, 2]), 4),
        "pivoting": lambda x: jnp.abs(jax.scipy.linalg.qr(x, pivoting=True)[1]),
        "least": lambda x: jnp.linalg.lstsq(x, x[0])[0],
        "roots": lambda x: jnp.sort(jnp.abs(jnp.roots(x[0], strip_zeros=False))),
        "slope": jax.grad(lambda x: jnp.linalg.slogdet(x @ x.T + jnp.eye(4))[1]),
        "empty": lambda x: jnp.linalg.inv(jnp.zeros((0, 3, 3))),
        "update": lambda x: lax.linalg.cholesky_update(jnp.linalg.cholesky(x @ x.T + jnp.eye(4)).T, x[0]),
    }
    agree(functions, x, tolerance=2e-3)
