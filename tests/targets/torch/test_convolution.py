"""Convolutions in every spelling: strides, padding, dilation of both sides, groups, layouts, whole numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax


def images(*shape, dtype=np.float32):
    return (np.arange(np.prod(shape)).reshape(shape) % 11 - 5).astype(dtype)


def convolved(kernel, **options):
    options = {"window_strides": (1, 1), "padding": "VALID", "dimension_numbers": ("NHWC", "HWIO", "NHWC")} | options
    return lambda x: lax.conv_general_dilated(x, jnp.asarray(kernel), **options)


X = images(2, 6, 7, 4)
KERNEL = images(3, 2, 4, 6)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "bfloat16"])
def test_strides_padding_and_dilation(agree, dtype):
    kernel = KERNEL.astype(jnp.dtype(dtype))
    agree(
        {
            "plain": convolved(kernel),
            "strided": convolved(kernel, window_strides=(2, 1)),
            "same": convolved(kernel, padding="SAME"),
            "even": convolved(kernel, padding=((1, 1), (2, 2))),
            "uneven": convolved(kernel, padding=((2, 0), (0, 1))),
            "cut": convolved(kernel, padding=((-1, 2), (0, -2))),
            "wide": convolved(kernel, rhs_dilation=(2, 3)),
            "spread": convolved(kernel, lhs_dilation=(2, 3), padding=((1, 1), (0, 3))),
            "all": convolved(
                kernel, lhs_dilation=(1, 2), rhs_dilation=(2, 1), window_strides=(2, 2), padding=((1, 2), (0, 1))
            ),
        },
        X.astype(jnp.dtype(dtype)),
        x64=dtype == "float64",
    )


def test_groups(agree):
    kernel, depth = images(3, 2, 2, 6), images(3, 3, 1, 8)
    agree(
        {
            "groups": convolved(kernel, feature_group_count=2),
            "depthwise": convolved(depth, feature_group_count=4),
            "transposed": lambda x: lax.conv_transpose(x, jnp.asarray(images(3, 3, 4, 5)), (2, 2), "SAME"),
        },
        X,
    )
    agree(convolved(images(3, 2, 4, 6), batch_group_count=2), images(4, 6, 7, 4), free=False)
    agree(
        convolved(images(3, 2, 4, 6, dtype=np.int32), batch_group_count=2),
        images(4, 6, 7, 4, dtype=np.int32),
        free=False,
    )


def test_layouts_and_numbers_of_axes(agree):
    def in_layout(kernel, numbers, rank):
        return lambda x: lax.conv_general_dilated(
            x, jnp.asarray(kernel), (1,) * rank, "SAME", dimension_numbers=numbers
        )

    agree(in_layout(images(6, 4, 3, 2), ("NCHW", "OIHW", "NCHW"), 2), images(2, 4, 6, 5))
    agree(in_layout(images(6, 3, 2, 4), ("NHWC", "OHWI", "NCHW"), 2), images(2, 6, 5, 4))
    agree(in_layout(images(3, 4, 5), ("NWC", "WIO", "NWC"), 1), images(2, 6, 4))
    agree(in_layout(images(2, 2, 2, 3, 4), ("NDHWC", "DHWIO", "NDHWC"), 3), images(2, 4, 3, 3, 3))
    agree(in_layout(images(3, 4), ("NC", "IO", "NC"), 0), images(2, 3))
    agree(in_layout(images(2, 2, 2, 2, 1, 2), ("N0123C", "0123IO", "N0123C"), 4), images(2, 3, 3, 2, 3, 1))


def test_gradients_are_convolutions(agree):
    function = convolved(KERNEL, window_strides=(2, 2), padding="SAME")
    agree({"x": jax.grad(lambda x: (function(x) ** 2).sum())}, X / 10, free=False, tolerance=1e-4)

    def loss(kernel, x):
        return (
            lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) ** 2
        ).sum()

    agree({"kernel": jax.grad(loss)}, KERNEL / 10, X / 10, free=False, tolerance=1e-4)


def test_mapped_convolutions(agree):
    agree(lambda x: jax.vmap(lambda image: convolved(KERNEL)(image[None])[0])(x), X)


def test_complex_numbers(agree):
    kernel = (KERNEL + 1j * KERNEL[::-1]).astype(np.complex64)
    agree(lambda x: convolved(kernel)(x.astype(jnp.complex64)), X, tolerance=1e-5)
