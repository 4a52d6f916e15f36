"""Products of arrays of any layout and dtype, accumulated as asked."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace


@pytest.mark.parametrize(
    "dtype", ["float16", "bfloat16", "float32", "float64", "complex64", "int8", "int32", "uint64", "bool"]
)
def test_matrices_and_vectors(agree, dtype, random):
    x = (random.integers(-3, 4, (3, 4)) + (1j if dtype == "complex64" else 0)).astype(jnp.dtype(dtype))
    functions = {
        "matrix": lambda x: x @ x.T,
        "vector": lambda x: x @ x[0],
        "number": lambda x: jnp.vdot(x, x),
        "outer": lambda x: jnp.outer(x[0], x[1]),
        "traces": lambda x: jnp.einsum("ij,kj->ki", x, x),
        "nothing": lambda x: x[:, :0] @ x[:, :0].T,
    }
    agree(functions, x, x64=True)


@pytest.mark.parametrize(
    ("dtype", "wide"), [("int8", "int32"), ("bfloat16", "float32"), ("float16", "float32"), ("uint8", "float32")]
)
def test_a_wider_result(agree, dtype, wide, random):
    x = random.integers(0, 100, (3, 4)).astype(jnp.dtype(dtype))
    agree(lambda x: lax.dot_general(x, x, (((1,), (1,)), ((), ())), preferred_element_type=wide), x)


@given(st.data())
def test_any_axes_are_contracted_or_paired(data):
    rank = data.draw(st.integers(1, 4))
    axes = data.draw(st.permutations(range(rank)))
    contracted, batch = sorted([data.draw(st.integers(0, rank)), data.draw(st.integers(0, rank))])
    sizes = data.draw(st.lists(st.integers(0, 3), min_size=rank, max_size=rank))
    order = data.draw(st.permutations(range(rank)))
    x = np.random.default_rng(0).integers(-5, 5, sizes).astype(np.int32)
    y = x.transpose(order)[..., None] * np.int32([1, -1])
    place = [order.index(axis) for axis in axes]
    numbers = (
        (axes[:contracted], place[:contracted]),
        (axes[contracted:batch], place[contracted:batch]),
    )
    specs = {"x": Spec(x.shape, x.dtype), "y": Spec(y.shape, y.dtype)}
    program = trace(lambda x, y: {"z": lax.dot_general(x, y, numbers)}, specs, x64=False)
    np.testing.assert_array_equal(interpret(program.jaxpr, [x, y], x64=False)[0], lax.dot_general(x, y, numbers))
