"""Linear algebra and Fourier transforms; results whose sign is free are compared by what they multiply to."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import COMPLEX, WIDE, Case, cases, moderate, moderates

A = np.array([[4, 1, 0, 0.5], [1, 3, 0.2, 0], [0, 0.2, 2, 0.1], [0.5, 0, 0.1, 5]])


def symmetric(dtype):
    return (A.astype(dtype),)


def svd_product(x):
    u, s, vh = jnp.linalg.svd(x, full_matrices=False)
    return (u * s) @ vh, s


def eigh_product(x):
    w, v = jnp.linalg.eigh(x)
    return (v * w) @ v.T, w


def qr_product(x):
    q, r = jnp.linalg.qr(x)
    return q @ r, q.T @ q, jnp.abs(jnp.diagonal(r))


def lu_product(x):
    lu, pivots, permutation = lax.linalg.lu(x)
    return lu, pivots, permutation


SQUARE = {
    "cholesky": jnp.linalg.cholesky,
    "cholesky_batched": lambda x: jnp.linalg.cholesky(jnp.stack([x, 2 * x])),
    "cholesky_of_indefinite": lambda x: jnp.linalg.cholesky(-x),
    "solve": lambda x: jnp.linalg.solve(x, x[:, :2]),
    "inv": jnp.linalg.inv,
    "det": jnp.linalg.det,
    "slogdet": lambda x: tuple(jnp.linalg.slogdet(x)),
    "lu": lu_product,
    "qr": qr_product,
    "svd": svd_product,
    "singular_values": lambda x: jnp.linalg.svd(x, compute_uv=False),
    "eigh": eigh_product,
    "eigvalsh": jnp.linalg.eigvalsh,
    "eigvals": lambda x: jnp.sort(jnp.linalg.eigvals(x).real),
    "triangular_lower": lambda x: lax.linalg.triangular_solve(x, x[:, :2], left_side=True, lower=True),
    "triangular_upper_right": lambda x: lax.linalg.triangular_solve(x, x[:2], left_side=False, lower=False),
    "triangular_transposed": lambda x: lax.linalg.triangular_solve(
        x, x[:, :2], left_side=True, lower=True, transpose_a=True, unit_diagonal=True
    ),
    "pinv": jnp.linalg.pinv,
    "matrix_power": lambda x: jnp.linalg.matrix_power(x, 3),
    "lstsq": lambda x: jnp.linalg.lstsq(x, x[:, 0])[0],
    "cg": lambda x: jax.scipy.sparse.linalg.cg(x, x[:, 0], tol=1e-6)[0],
    "grad_of_solve": jax.grad(lambda x: jnp.linalg.solve(x, x[:, 0]).sum()),
    "expm": jax.scipy.linalg.expm,
    "tridiagonal": lambda x: lax.linalg.tridiagonal_solve(
        jnp.array([0, 1, 1], x.dtype), jnp.array([4, 5, 6], x.dtype), jnp.array([1, 1, 0], x.dtype), x[:3, :2]
    ),
}
FOURIER = {
    "fft": jnp.fft.fft,
    "ifft": jnp.fft.ifft,
    "fft2": jnp.fft.fft2,
    "fft_round_trip": lambda x: jnp.fft.ifft(jnp.fft.fft(x, axis=0), axis=0),
}
REAL_FOURIER = {
    "rfft": jnp.fft.rfft,
    "rfft_padded": lambda x: jnp.fft.rfft(x, 9),
    "irfft": lambda x: jnp.fft.irfft(x.astype("complex64") if x.dtype == "float32" else x.astype("complex128"), 6),
    "rfft_round_trip": lambda x: jnp.fft.irfft(jnp.fft.rfft(x), x.shape[-1]),
    "power_spectrum": lambda x: jnp.abs(jnp.fft.fft(x)) ** 2,
    "fftshift": jnp.fft.fftshift,
}

CASES = [
    *cases("linalg", SQUARE, symmetric, dtypes=WIDE),
    *cases(
        "linalg", {"svd_tall": svd_product, "qr_tall": qr_product, "lu_tall": lu_product}, moderate(5, 3), dtypes=WIDE
    ),
    Case("linalg.cross", jnp.cross, moderates((4, 3), (4, 3)), WIDE),
    *cases("fft", FOURIER, moderate(3, 8), dtypes=COMPLEX),
    *cases("fft", REAL_FOURIER, moderate(3, 8), dtypes=WIDE),
]
