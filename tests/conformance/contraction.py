"""Sums of products: dot_general with every axis arrangement, einsum, whole numbers that wrap."""

import jax
import jax.numpy as jnp
from jax import lax

from tests.conformance.case import FEW, FLOATS, INTEGERS, NUMBERS, Case, cases, moderates

MATRICES = {
    "matmul": jnp.matmul,
    "vector_matrix": lambda a, b: a[0] @ b,
    "matrix_vector": lambda a, b: a @ b[:, 0],
    "inner": lambda a, b: jnp.dot(a[0], b[:, 0]),
    "outer": lambda a, b: jnp.outer(a[0], b[:, 0]),
    "transposed": lambda a, b: lax.dot_general(b, a, (((0,), (1,)), ((), ()))),
    "einsum": lambda a, b: jnp.einsum("ij,jk->ki", a, b),
    "einsum_sum": lambda a, b: jnp.einsum("ij,jk->", a, b),
    "tensordot": lambda a, b: jnp.tensordot(a, b, axes=((0, 1), (1, 0))) if a.shape[0] == b.shape[1] else a @ b,
    "bias": lambda a, b: a @ b + b[0],
}
BATCHED = {
    "batched": jnp.matmul,
    "batch_in_the_middle": lambda a, b: lax.dot_general(a, b, (((2,), (1,)), ((0,), (0,)))),
    "two_contracted": lambda a, b: lax.dot_general(a, b, (((0, 2), (0, 1)), ((), ()))),
    "all_batched": lambda a, b: lax.dot_general(a[:, :, 0], b[:, 0, :3], (((), ()), ((0, 1), (0, 1)))),
    "outer_batched": lambda a, b: jnp.einsum("bij,bkl->bijkl", a, b),
    "mapped": lambda a, b: jax.vmap(jnp.matmul, in_axes=(0, None))(a, b[0]),
    "einsum_batched": lambda a, b: jnp.einsum("bij,bjk->ikb", a, b),
}

CASES = [
    *cases("contraction", MATRICES, moderates((3, 4), (4, 3)), dtypes=NUMBERS),
    *cases("contraction", BATCHED, moderates((2, 3, 4), (2, 4, 5)), dtypes=(*FEW, "int64")),
    Case("contraction.wraps", lambda a, b: (a * 13) @ (b * 11), moderates((3, 9), (9, 3)), INTEGERS),
    Case(
        "contraction.preferred",
        lambda a, b: lax.dot(a, b, preferred_element_type=jnp.float32),
        moderates((3, 4), (4, 3)),
        ("float16", "bfloat16", "float32"),
    ),
    Case(
        "contraction.preferred_int",
        lambda a, b: lax.dot(a, b, preferred_element_type=jnp.int32),
        moderates((3, 4), (4, 3)),
        ("int8", "uint8"),
    ),
    Case("contraction.mixed", lambda a, b: a @ b.astype("float32"), moderates((3, 4), (4, 3)), ("float16", "float32")),
    Case("contraction.empty_inner", lambda a, b: a[:, :0] @ b[:0], moderates((3, 4), (4, 3)), FLOATS, exact=True),
]
