"""Channels-last programs around channels-first operators keep a transpose at the input, and lose the rest."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre import ops


@pytest.fixture
def images(random):
    return random.normal(size=(2, 8, 8, 3)).astype(np.float32)


@pytest.fixture
def kernel(random):
    return random.normal(size=(3, 3, 3, 3), scale=0.1).astype(np.float32)


def test_convolutions_in_a_row(agree, images, kernel):
    bias = np.arange(3, dtype=np.float32)

    def program(x):
        for _ in range(3):
            x = jnp.tanh(ops.conv(x, kernel, bias, padding="same") * 2)
        return x.mean((1, 2))

    assert agree(program, images).operators.count("Transpose") == 1


def test_both_ways_of_a_residual_block(agree, images, kernel):
    def program(x):
        y = jax.nn.relu(ops.conv(x, kernel, padding="same"))
        z = ops.conv(y, kernel, padding="same")
        return jnp.concatenate([y + z, jnp.maximum(y, 0.5)], axis=-1)[:, 1:, :, :4]

    assert agree(program, images).operators.count("Transpose") == 2


def test_a_pad_names_the_axes_of_what_it_runs_on(agree, images, kernel):
    def program(x):
        y = lax.pad(ops.conv(x, kernel), jnp.float32(1), [(0, 0, 0), (1, 2, 0), (0, 1, 0), (0, 0, 0)])
        return ops.conv(y, kernel).sum((1, 3))

    assert agree(program, images).operators.count("Transpose") == 1


def test_transposes_go_into_branches(agree, images, kernel):
    def program(x):
        y = ops.conv(x, kernel)
        y = lax.cond(x.sum() > 0, lambda: ops.conv(y, kernel), lambda: y[:, 1:-1, 1:-1] * 2)
        return ops.conv(y, kernel)

    for sign in (-1, 1):
        built = agree(program, sign * np.abs(images))
        inside = next(node for node in built.graph.node if node.op_type == "If")
        assert all(node.op_type != "Transpose" for branch in inside.attribute for node in branch.g.node)


def test_what_knows_nothing_of_axes_gets_the_transpose(agree, images, kernel):
    def program(x):
        y = ops.conv(x, kernel)
        return ops.softmax(y) + jnp.linspace(0, 1, 36).reshape(6, 6, 1), y.reshape(y.shape[0], 108), y

    agree({f"y{index}": lambda x, index=index: program(x)[index] for index in range(3)}, images)


def test_transposes_that_do_not_meet_stay(agree):
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert agree(lambda x: jnp.sin(x.transpose(0, 2, 1)) + 1, x).operators.count("Transpose") == 1
    assert "Transpose" not in agree(lambda x: jnp.sin(x.transpose(0, 2, 1)).transpose(0, 2, 1), x).operators
    assert "Transpose" not in agree(lambda x: x.transpose(2, 0, 1).transpose(1, 2, 0), x).operators
