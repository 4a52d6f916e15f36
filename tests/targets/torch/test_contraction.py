"""Products of tensors of any axes and dtypes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax


def grid(*shape, dtype="float32"):
    return (np.arange(np.prod(shape)).reshape(shape) % 7 - 3).astype(jnp.dtype(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "int32", "uint8", "uint32", "bool", "bfloat16"])
def test_matrices_and_vectors(agree, dtype):
    x, w = grid(3, 4, dtype=dtype), grid(4, 5, dtype=dtype)
    agree(
        {
            "matrix": lambda x: x @ jnp.asarray(w),
            "vector": lambda x: x @ jnp.asarray(w[:, 0]),
            "turned": lambda x: jnp.asarray(w.T) @ x.T,
            "gram": lambda x: x @ x.T,
            "outer": lambda x: jnp.outer(x[:, 0], x[:, 1]),
        },
        x,
        x64=dtype == "float64",
    )


def test_many_axes(agree):
    agree(
        {
            "batch": lambda x: jnp.einsum("nij,njk->nik", x, x.mT),
            "heads": lambda x: jnp.einsum("nij,nkj->nik", x, x + 1),
            "all": lambda x: jnp.einsum("nij,kij->nk", x, x),
            "two": lambda x: jnp.einsum("nij,ijk->nk", x, jnp.asarray(grid(4, 5, 2))),
            "sum": lambda x: jnp.tensordot(x, jnp.asarray(grid(5, 4)), axes=([1, 2], [1, 0])),
            "outer": lambda x: jnp.einsum("nij,k->nijk", x, jnp.arange(3.0)),
            "mapped": lambda x: jax.vmap(lambda a: a.T @ a)(x),
        },
        grid(3, 4, 5),
    )


def test_a_wider_result(agree):
    w = grid(4, 5, dtype="int8")
    agree(lambda x: lax.dot(x, jnp.asarray(w), preferred_element_type=jnp.int32), 40 * grid(3, 4, dtype="int8"))
    agree(lambda x: lax.dot(x, x.T, preferred_element_type=jnp.float32), grid(3, 4, dtype="bfloat16"), free=False)


def test_a_dense_layer_is_one_product_and_one_sum(agree):
    built = agree(lambda x: x @ jnp.ones((4, 5)) + jnp.arange(5.0), grid(3, 4))
    assert built.functions == ["matmul", "add"]
