"""Products of arrays of every layout, rows or none, in every dtype."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.linspace(-1, 1, 12).reshape(3, 4)
X3 = np.linspace(-1, 1, 60, dtype=np.float32).reshape(3, 4, 5)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64"])
def test_matrices_and_vectors(agree, dtype):
    w, v = np.arange(8).reshape(4, 2).astype(dtype), np.arange(4).astype(dtype)
    agree(
        {
            "matrix": lambda x: x @ w,
            "vector": lambda x: x @ v,
            "left": lambda x: v @ x.T,
            "gram": lambda x: x @ x.T,
            "inner": lambda x: x.T @ x,
            "rows": lambda x: jnp.einsum("ni,ni->n", x, x),
            "outer": lambda x: jnp.einsum("ni,nj->nij", x, x),
            "square": lambda x: jnp.einsum("ni,ij,nj->n", x, w @ w.T, x),
            "tensor": lambda x: jnp.tensordot(x, np.ones((4, 2, 3), dtype), 1),
            "all": lambda x: jnp.vdot(x, x),
        },
        (X * 3).astype(dtype),
    )


def test_batches(agree):
    agree(
        {
            "shared": lambda x: x @ np.ones((5, 2), np.float32),
            "own": lambda x: x.mT @ x,
            "turned": lambda x: jnp.einsum("nij,nkj->nik", x, x),
            "merged": lambda x: jnp.einsum("nij,ij->n", x, np.ones((4, 5), np.float32)),
            "two": lambda x: jnp.einsum("nij,nij->nj", x, x),
            "column": lambda x: jnp.einsum("bij,bj->bi", x, x[:, 0]),
            "four": lambda x: jnp.einsum("nij,nkl->niljk", x, x),
        },
        X3,
    )


def test_the_result_may_be_asked_in_a_wider_dtype(agree):
    def wide(dtype):
        return lambda x: lax.dot_general(x, x, (((1,), (1,)), ((), ())), preferred_element_type=dtype)

    agree(wide(np.int32), (X * 100).astype(np.int8))
    agree(wide(np.float32), X.astype(np.float16))


def test_a_product_of_matrices_and_a_bias_are_one_gemm(agree):
    w, b = np.ones((4, 5), np.float32), np.arange(5, dtype=np.float32)
    assert agree(lambda x: jnp.maximum(x @ w + b, 0), X.astype(np.float32)).operators == ["Gemm", "Relu"]
    assert agree(lambda x: b + x @ w, X.astype(np.float32)).operators == ["Gemm"]


def test_a_product_that_is_used_twice_stays_apart(agree):
    w, b = np.ones((4, 4), np.float32), np.arange(4, dtype=np.float32)
    assert "MatMul" in agree(lambda x: (x @ w + b) * (x @ w), X.astype(np.float32)).operators
    assert agree(lambda x: x[:1] @ w + x, X.astype(np.float32), empty=False).operators[-2:] == ["MatMul", "Add"]


def test_a_number_times_a_vector_without_axes_in_common(agree):
    agree(jax.grad(lambda x, y: jnp.dot(x, y)), np.float32([1, 2]), np.float32([3, 4]), free=False)
