"""Convolutions in 1 to 3 axes, of every layout, stride, padding, dilation, group and dtype."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

IMAGES = ("NHWC", "HWIO", "NHWC")


def conv(numbers, strides, padding, lhs_dilation=None, rhs_dilation=None, groups=1, batch_groups=1):
    def conv(x, kernel):
        return lax.conv_general_dilated(
            x, kernel, strides, padding, lhs_dilation, rhs_dilation, numbers, groups, batch_groups
        )

    return conv


OPTIONS = {
    "valid": ((1, 1), "VALID"),
    "same": ((2, 1), "SAME"),
    "edges": ((1, 2), ((2, 0), (1, 3))),
    "cut": ((1, 1), ((-1, 0), (1, -2))),
    "dilated": ((1, 1), ((0, 0), (2, 2)), None, (2, 3)),
    "spread": ((1, 1), ((1, 1), (2, 0)), (2, 3)),
    "grown": ((1, 1), ((2, 3), (2, 2)), (2, 2)),
    "far": ((1, 1), ((4, 1), (2, 4)), (2, 2)),
    "both": ((2, 1), ((1, 1), (1, 1)), (2, 1)),
}


@pytest.fixture
def images(random):
    return random.integers(-4, 5, (3, 6, 7, 4)).astype(np.float32)


def kernel_of(*shape):
    return np.random.default_rng(1).integers(-3, 4, shape).astype(np.float32)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32"])
def test_images(agree, images, dtype):
    kernel = kernel_of(3, 2, 4, 5).astype(dtype)
    agree({title: lambda x, o=o: conv(IMAGES, *o)(x, kernel) for title, o in OPTIONS.items()}, images.astype(dtype))


def test_groups(agree, images):
    depth, pairs, rows = kernel_of(3, 3, 1, 8), kernel_of(2, 2, 2, 6), kernel_of(2, 2, 4, 6)
    agree(
        {
            "channels": lambda x: conv(IMAGES, (1, 1), "SAME", groups=4)(x, depth),
            "pairs": lambda x: conv(IMAGES, (1, 1), ((1, 1), (0, 1)), (2, 2), groups=2)(x, pairs),
            "doubles": lambda x: conv(IMAGES, (1, 1), "SAME", groups=2)(x.astype(float), pairs.astype(float)),
        },
        images,
        x64=True,
    )
    agree(lambda x: conv(IMAGES, (1, 1), "SAME", batch_groups=3)(x, rows), images, free=False)
    agree(lambda x: conv(IMAGES, (1, 1), "SAME", batch_groups=3)(x, rows.astype(int)), images.astype(int), free=False)


def test_one_and_three_axes_in_any_order(agree, random):
    line, volume = (random.integers(-4, 5, shape).astype(np.float32) for shape in [(2, 3, 9), (2, 3, 4, 5, 2)])
    agree(lambda x: conv(("NCH", "OIH", "NCH"), (2,), "SAME")(x, kernel_of(4, 3, 3)), line)
    agree(lambda x: conv(("NCH", "HIO", "NHC"), (1,), "SAME")(x, kernel_of(3, 3, 4)), line)
    agree(lambda x: conv(("NDHWC", "DHWIO", "NDHWC"), (1, 2, 1), "SAME")(x, kernel_of(2, 2, 2, 2, 3)), volume)
    agree(lambda x: jnp.convolve(x[:, 0, 0], jnp.asarray([1.0, 2.0, 3.0])), line, free=False)
    agree(lambda x: jnp.convolve(x[0, 0], jnp.asarray([1.0, 2.0, 3.0])), line.astype(float), free=False)


def test_gradients(agree, images):
    kernel = kernel_of(3, 2, 4, 5)

    def loss(x, kernel):
        return jnp.sum(conv(IMAGES, (2, 1), "SAME")(x, kernel) ** 2)

    agree({"x": lambda x: jax.grad(loss)(x, kernel)}, images)
    agree({"kernel": lambda x: jax.grad(loss, 1)(x, kernel)}, images, free=False)


def test_a_symbolic_length(convert):
    kernel = kernel_of(3, 1, 1)
    built = convert(lambda x: conv(("HNC", "HIO", "HNC"), (2,), "SAME")(x, kernel), np.ones((9, 1, 1), np.float32))
    for length in (1, 8, 9):
        x = np.arange(length, dtype=np.float32).reshape(length, 1, 1)
        np.testing.assert_array_equal(built.run(x)["y"], conv(("HNC", "HIO", "HNC"), (2,), "SAME")(x, kernel))
