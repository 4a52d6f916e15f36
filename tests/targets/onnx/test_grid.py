"""Convolutions and pools of `ops`: one operator each, of every stride, padding, dilation and group."""

import numpy as np
import pytest

from philtre import ops

KERNEL = np.random.default_rng(1).integers(-3, 4, (3, 2, 4, 6)).astype(np.float32)
BIAS = np.arange(6, dtype=np.float32)


@pytest.fixture
def images(random):
    return random.integers(-4, 5, (3, 6, 7, 4)).astype(np.float32)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_convolution(agree, images, dtype):
    agree(
        {
            "plain": lambda x: ops.conv(x, KERNEL, BIAS),
            "same": lambda x: ops.conv(x, KERNEL, strides=2, padding="same"),
            "dilated": lambda x: ops.conv(x, KERNEL, BIAS, padding=((1, 2), 0), dilation=(1, 2)),
            "groups": lambda x: ops.conv(x, KERNEL[:, :, :2], groups=2),
            "many": lambda x: ops.conv(x[:, None], KERNEL),
        },
        images.astype(dtype),
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_transposed_convolution(agree, images, dtype):
    agree(
        {
            "plain": lambda x: ops.conv_transpose(x, KERNEL, BIAS),
            "same": lambda x: ops.conv_transpose(x, KERNEL, strides=2, padding="same"),
            "cut": lambda x: ops.conv_transpose(x, KERNEL, BIAS, strides=(2, 1), padding=((1, 0), (0, 1)), dilation=2),
            "grown": lambda x: ops.conv_transpose(x, KERNEL, BIAS, strides=2, padding=((1, 0), (0, -1))),
            "groups": lambda x: ops.conv_transpose(x, KERNEL[..., :3], groups=2, strides=3),
        },
        images.astype(dtype),
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_pools(agree, images, dtype):
    agree(
        {
            "largest": lambda x: ops.max_pool(x, window=2),
            "largest_same": lambda x: ops.max_pool(x, window=(3, 2), strides=2, padding="same"),
            "mean": lambda x: ops.avg_pool(x, window=2),
            "mean_same": lambda x: ops.avg_pool(x, window=(3, 2), strides=2, padding="same"),
            "mean_all": lambda x: ops.avg_pool(x, window=2, strides=1, padding=1, count_include_pad=True),
            "one_axis": lambda x: ops.max_pool(x, window=(3,)),
        },
        images.astype(dtype),
    )


def test_one_operator_each(convert, images):
    assert convert(lambda x: ops.conv(x, KERNEL, BIAS), images).operators == ["Transpose", "Conv", "Transpose"]
    assert convert(lambda x: ops.avg_pool(x, window=2), images).operators == ["Transpose", "AveragePool", "Transpose"]


def test_resizing(agree, images):
    agree(
        {
            "nearest": lambda x: ops.resize(x, shape=(9, 3), method="nearest"),
            "linear": lambda x: ops.resize(x, shape=(9, 3)),
            "cubic": lambda x: ops.resize(x, shape=(4, 8), method="cubic", antialias=True),
        },
        images,
    )
