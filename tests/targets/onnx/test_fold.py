"""Known factors and terms of channels join the weights of the convolution before them."""

import jax
import numpy as np
import pytest

from philtre import ops


@pytest.fixture
def images(random):
    return random.normal(size=(2, 6, 6, 3)).astype(np.float32)


@pytest.fixture
def kernel(random):
    return random.normal(size=(3, 3, 3, 4)).astype(np.float32)


def test_batch_norm_joins_the_convolution(agree, images, kernel, random):
    statistics = [np.abs(random.normal(size=4)).astype(np.float32) + 1 for _ in range(4)]

    def program(x):
        return jax.nn.relu(ops.batch_norm(ops.conv(x, kernel), *statistics)).sum((1, 2))

    assert agree(program, images).operators == ["Transpose", "Conv", "Relu", "ReduceSum"]


def test_one_number_for_all_channels_joins_too(agree, images, kernel):
    bias = np.arange(4, dtype=np.float32)
    built = agree(lambda x: (2 * ops.conv(x, kernel, bias) + 1).sum((1, 2)), images)
    assert built.operators == ["Transpose", "Conv", "ReduceSum"]


def test_what_another_needs_or_what_differs_in_space_stays(agree, images, kernel):
    def shared(x):
        y = ops.conv(x, kernel)
        return (y * 2).sum((1, 2)) + y.max((1, 2))

    assert "Mul" in agree(shared, images).operators
    field = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    assert "Add" in agree(lambda x: (ops.conv(x, kernel) + field).sum((1, 2)), images).operators
    assert "Mul" in agree(lambda x: (ops.conv(x, kernel) * x[:, 1:-1, 1:-1, :1]).sum((1, 2)), images).operators


def test_a_matrix_after_flattening_has_its_rows_in_the_order_of_the_channels(agree, images, kernel, random):
    weights = random.normal(size=(64, 5), scale=0.1).astype(np.float32)
    built = agree(lambda x: ops.conv(x, kernel).reshape(x.shape[0], 64) @ weights + 1, images)
    assert built.operators == ["Transpose", "Conv", "Reshape", "Gemm"]


def test_one_channel_is_moved_by_a_reshape(agree, images, kernel):
    built = agree(lambda x: ops.conv(x, kernel[:, :, :1]).sum((1, 2)), images[..., :1])
    assert built.operators == ["Reshape", "Conv", "ReduceSum"]
