"""Complex numbers: their parts, arithmetic and functions."""

import jax.numpy as jnp
import numpy as np
import pytest


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_arithmetic_and_functions(agree, dtype):
    z = np.array([1 + 2j, -0.5 - 1j, 3, 2j, -1.5 + 0.5j], dtype)
    names = [
        "real",
        "imag",
        "conj",
        "abs",
        "angle",
        "exp",
        "sin",
        "cos",
        "tan",
        "tanh",
        "log",
        "sqrt",
        "sign",
        "negative",
    ]
    names += ["square", "reciprocal", "isfinite", "sinh", "cosh", "cumsum", "cumprod", "log1p", "arcsin", "arctan"]
    functions = {name: getattr(jnp, name) for name in names}
    functions |= {
        "product": lambda z: z * (z + 1j) / (2 - z) - z**3,
        "sum": lambda z: z.sum() + jnp.prod(z),
        "matrix": lambda z: z[:, None] @ z[None, :].conj(),
        "equal": lambda z: z == z[0],
        "power": lambda z: z ** (0.5 + 1j),
        "made": lambda z: jnp.where(z.real > 0, z, 0).astype(z.dtype),
    }
    agree(functions, z, free=False, tolerance=None if dtype == "complex128" else 2e-5)


def test_parts_of_real_numbers(agree):
    agree({"real": jnp.real, "imag": jnp.imag, "conj": jnp.conj, "made": lambda x: x + 1j * x}, np.float32([1, -2]))
