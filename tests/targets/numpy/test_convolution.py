"""Convolutions of every layout: strides, gaps, groups, padding that cuts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "int32"])
def test_dtypes(agree, dtype, random):
    x, kernel = random.integers(-3, 4, (2, 5, 5, 3)).astype(dtype), random.integers(-3, 4, (3, 2, 3, 4)).astype(dtype)
    layout = ("NHWC", "HWIO", "NHWC")
    agree(lambda x, k: lax.conv_general_dilated(x, k, (2, 1), "SAME", dimension_numbers=layout), x, kernel)


def test_gradients_transposes_and_nothing(agree, random):
    x, kernel = random.normal(size=(2, 3, 8)).astype(np.float32), random.normal(size=(4, 3, 3)).astype(np.float32)

    def loss(x, k):
        return (lax.conv_general_dilated(x, k, (2,), [(1, 0)], rhs_dilation=(2,)) ** 2).sum()

    functions = {
        "image": jax.grad(loss),
        "kernel": jax.grad(loss, 1),
        "empty": lambda x, k: lax.conv_general_dilated(x[:0], k, (1,), "VALID"),
        "short": lambda x, k: lax.conv_general_dilated(x[:, :, :2], k, (1,), "VALID"),
        "mapped": jax.vmap(lambda x, k: jnp.convolve(x[0], k[0, 0]), (0, None)),
    }
    agree(functions, x, kernel, tolerance=1e-5)
    agree(lambda x, k: lax.conv_transpose(x, k, (2,), "SAME", dimension_numbers=("NCW", "OIW", "NCW")), x, kernel)


@settings(max_examples=30)
@given(st.data())
def test_all_options_together(data):
    rank = data.draw(st.integers(1, 2))
    integer = lambda low, high: data.draw(st.integers(low, high))  # noqa: E731
    groups, batch_groups = data.draw(st.sampled_from([(1, 1), (2, 1), (1, 2), (3, 1)]))
    sizes, window = [integer(1, 6) for _ in range(rank)], [integer(1, 3) for _ in range(rank)]
    channels = integer(1, 2)
    image = [batch_groups * integer(1, 2), groups * channels, *sizes]
    kernel = [groups * batch_groups * integer(1, 2), channels, *window]
    gaps, spread = [integer(1, 2) for _ in range(rank)], [integer(1, 2) for _ in range(rank)]
    padding = [(integer(-1, 2), integer(0, 2)) for _ in range(rank)]
    numbers = lax.ConvDimensionNumbers(*(tuple(data.draw(st.permutations(range(rank + 2)))) for _ in range(3)))
    x = np.random.default_rng(0).integers(-4, 5, image).astype(np.float32).transpose(np.argsort(numbers.lhs_spec))
    k = np.random.default_rng(1).integers(-4, 5, kernel).astype(np.float32).transpose(np.argsort(numbers.rhs_spec))

    def convolve(x, k):
        return lax.conv_general_dilated(
            x, k, [integer_stride] * rank, padding, gaps, spread, numbers, groups, batch_groups
        )  # fmt: skip

    integer_stride = integer(1, 3)
    specs = {"x": Spec(x.shape, x.dtype), "k": Spec(k.shape, k.dtype)}
    program = trace(lambda x, k: {"y": convolve(x, k)}, specs, x64=False)
    np.testing.assert_array_equal(interpret(program.jaxpr, [x, k], x64=False)[0], convolve(x, k))
