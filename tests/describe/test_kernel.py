"""Kernels: elementwise steps go into what reads them, costly ones once, and products stand alone."""

import jax
import jax.numpy as jnp
import numpy as np

from philtre import ops
from philtre.describe.kernel import kernels
from philtre.describe.listing import listing
from philtre.trace import Spec, trace

ROWS = {"x": Spec((4, 8), np.dtype(np.float32))}
BYTES = 4 * 4 * 8


def cut(function):
    """Names of the steps of each kernel, the root first."""
    listed = listing(trace(lambda x: {"y": function(x)}, ROWS, x64=False), expand=True)
    return kernels(listed.steps, listed.outputs.values())


def names(function):
    return [[step.name for step in kernel.steps] for kernel in cut(function)]


def test_a_chain_of_elementwise_steps_is_one_kernel():
    (kernel,) = cut(lambda x: jnp.tanh(x * 2 + 1) * x)
    assert [step.name for step in kernel.steps] == ["mul", "tanh", "add", "mul"]
    assert (kernel.read, kernel.written) == (BYTES, BYTES)


def test_products_stand_alone_and_what_follows_them_is_fused():
    weights = np.ones((8, 8), np.float32)
    assert names(lambda x: jax.nn.relu(x @ weights + 1) @ weights) == [["dot_general"], ["max", "add"], ["dot_general"]]


def test_a_reduction_takes_what_it_reads_with_it_and_writes_its_result():
    assert names(lambda x: x - jnp.sum(x * x, axis=1, keepdims=True)) == [
        ["reduce_sum", "mul"],
        ["sub", "broadcast_in_dim"],
    ]


def test_softmax_computes_its_exponentials_once():
    assert [kernel.root.name for kernel in cut(ops.softmax)] == ["reduce_max", "exp", "reduce_sum", "div"]


def test_a_cheap_step_is_computed_wherever_it_is_read():
    assert names(lambda x: jnp.sum(x + 1) * (x + 1)[0, 0] + (lambda y: jnp.sum(y) * jnp.max(y))(x * 2)).count(
        ["reduce_sum", "mul"]
    )


def test_reshapes_move_nothing():
    (first, view, second) = cut(lambda x: (x @ np.ones((8, 8), np.float32)).reshape(8, 4) @ np.ones((4, 2), np.float32))
    assert view.view
    assert not first.view
    assert not second.view


def test_a_reshape_in_a_chain_reads_the_whole_array():
    (kernel,) = cut(lambda x: x.reshape(8, 4) + 1)
    assert kernel.read == BYTES


def test_steps_that_nothing_needs_have_no_kernel():
    assert names(lambda x: (jnp.sort(x), x + 1)[1]) == [["add"]]
