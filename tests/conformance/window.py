"""Convolution and windows: strides, padding, dilation of both sides, groups, 1 to 3 dimensions, their gradients."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import FLOATS, SINGLE, WIDE, Case, cases, moderate, moderates

NHWC, NCHW = ("NHWC", "HWIO", "NHWC"), ("NCHW", "OIHW", "NCHW")


def conv(**options):
    options = {"window_strides": (1, 1), "padding": "SAME", "dimension_numbers": NHWC} | options
    return lambda x, k: lax.conv_general_dilated(x, k, **options)


PLANE = {
    "same": conv(),
    "valid": conv(padding="VALID"),
    "strided": conv(window_strides=(2, 3)),
    "padded": conv(padding=((2, 1), (0, 3))),
    "cropped": conv(padding=((-1, 0), (0, -1))),
    "kernel_dilated": conv(rhs_dilation=(2, 1), padding="VALID"),
    "input_dilated": conv(lhs_dilation=(2, 3), padding=((1, 1), (2, 0))),
    "transpose": lambda x, k: lax.conv_transpose(x, k, (2, 2), "SAME", dimension_numbers=NHWC),
    "gradient": lambda x, k: jax.grad(lambda x, k: (conv(window_strides=(2, 2))(x, k) ** 2).sum(), (0, 1))(x, k),
    "mapped": lambda x, k: jax.vmap(lambda image: conv()(image[None], k)[0])(x),
}
SPATIAL = {1: ("NWC", "WIO", "NWC"), 3: ("NDHWC", "DHWIO", "NDHWC")}


def windows(initial, function, **options):
    options = {"window_dimensions": (1, 2, 3, 1), "window_strides": (1, 2, 1, 1), "padding": "VALID"} | options
    return lambda x: lax.reduce_window(x, x.dtype.type(initial), function, **options)


POOLS = {
    "sum": windows(0, lax.add),
    "max": windows(-np.inf, lax.max),
    "min": windows(np.inf, lax.min),
    "max_same": windows(-np.inf, lax.max, padding="SAME"),
    "sum_padded": windows(0, lax.add, padding=((0, 0), (1, 1), (2, 0), (0, 0))),
    "sum_dilated": windows(0, lax.add, window_dilation=(1, 2, 1, 1)),
    "sum_base_dilated": windows(0, lax.add, base_dilation=(1, 2, 1, 1)),
    "prod": windows(1, lax.mul),
    "mean": lambda x: windows(0, lax.add)(x) / 6,
    "max_gradient": lambda x: jax.grad(lambda x: (windows(-np.inf, lax.max)(x) ** 2).sum())(x),
    "sum_gradient": lambda x: jax.grad(lambda x: (windows(0, lax.add)(x) ** 2).sum())(x),
    "patches": lambda x: lax.conv_general_dilated_patches(x, (2, 2), (1, 1), "SAME", dimension_numbers=NHWC),
}

CASES = [
    *cases("convolution", PLANE, moderates((2, 5, 6, 3), (3, 2, 3, 4)), dtypes=FLOATS),
    Case("convolution.grouped", conv(feature_group_count=2), moderates((2, 5, 6, 4), (3, 3, 2, 6)), WIDE),
    Case("convolution.depthwise", conv(feature_group_count=4), moderates((2, 5, 6, 4), (3, 3, 1, 4)), WIDE),
    Case(
        "convolution.grouped_gradient",
        lambda x, k: jax.grad(lambda x, k: (conv(feature_group_count=2)(x, k) ** 2).sum(), (0, 1))(x, k),
        moderates((2, 5, 6, 4), (3, 3, 2, 6)),
        SINGLE,
    ),
    Case("convolution.batch_grouped", conv(batch_group_count=2), moderates((4, 5, 6, 3), (3, 3, 3, 4)), SINGLE),
    Case("convolution.channels_first", conv(dimension_numbers=NCHW), moderates((2, 3, 5, 6), (4, 3, 2, 2)), WIDE),
    Case(
        "convolution.line",
        conv(window_strides=(2,), dimension_numbers=SPATIAL[1]),
        moderates((2, 7, 3), (3, 3, 4)),
        WIDE,
    ),
    Case(
        "convolution.volume",
        conv(window_strides=(1, 2, 1), dimension_numbers=SPATIAL[3]),
        moderates((1, 4, 5, 4, 2), (2, 2, 3, 2, 3)),
        WIDE,
    ),
    Case("convolution.integers", conv(), moderates((2, 5, 6, 3), (3, 2, 3, 4)), ("int32",)),
    Case("convolution.empty_batch", conv(), moderates((0, 5, 6, 3), (3, 2, 3, 4)), SINGLE),
    Case("convolution.jnp_convolve", lambda x, k: jnp.convolve(x, k, mode="same"), moderates((9,), (4,)), WIDE),
    *cases("window", POOLS, moderate(2, 5, 6, 3), dtypes=FLOATS),
    Case("window.integers", windows(0, lax.add), moderate(2, 5, 6, 3), ("int32", "int64")),
    Case(
        "window.max_nan",
        windows(-np.inf, lax.max),
        lambda dtype: (np.where(np.arange(180).reshape(2, 5, 6, 3) % 7 == 0, np.nan, 1).astype(dtype),),
        FLOATS,
    ),
    Case(
        "window.line", lambda x: lax.reduce_window(x, x.dtype.type(0), lax.add, (3,), (2,), "SAME"), moderate(9), WIDE
    ),
]
