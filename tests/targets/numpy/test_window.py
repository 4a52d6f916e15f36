"""Windows slide, reduce and select as XLA's do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace

REDUCERS = {"sum": (0, lax.add), "max": (-np.inf, lax.max), "min": (np.inf, lax.min), "product": (1, lax.mul)}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int32"])
@pytest.mark.parametrize("name", ["sum", "max", "min", "product"])
def test_reducers(agree, name, dtype, random):
    first, function = REDUCERS[name]
    if dtype == "int32" and name in ("max", "min"):
        first = np.iinfo(np.int32).min if name == "max" else np.iinfo(np.int32).max
    x = random.integers(1, 4, (2, 5, 4)).astype(jnp.dtype(dtype))
    agree(lambda x: lax.reduce_window(x, np.array(first, x.dtype), function, (1, 3, 2), (1, 2, 1), "SAME"), x)


def test_nan_wins_and_no_windows_give_nothing(agree):
    x = np.float32([[1, np.nan, 3, -np.inf, 0]])
    functions = {
        "max": lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 1), "VALID"),
        "short": lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 9), (1, 1), "VALID"),
        "empty": lambda x: lax.reduce_window(x[:0], 0.0, lax.add, (1, 2), (1, 1), "VALID"),
    }
    agree(functions, x)


def test_pairs_are_reduced_together(agree, random):
    x = random.normal(size=(4, 6)).astype(np.float32)

    def smaller(a, b):
        return jnp.minimum(a[0], b[0]), a[1] + b[1]

    def both(x):
        return lax.reduce_window((x, x * 2), (jnp.float32(np.inf), jnp.float32(0)), smaller, (2, 3), (2, 1), "SAME")

    agree({"first": lambda x: both(x)[0], "second": lambda x: both(x)[1]}, x)


@pytest.mark.parametrize("padding", ["VALID", "SAME"])
def test_gradients_of_pooling_go_to_the_first_of_equals(agree, padding, random):
    x = random.integers(0, 3, (2, 6, 5)).astype(np.float32)

    def pool(x, function=lax.max, first=-jnp.inf):
        return lax.reduce_window(x, first, function, (1, 2, 3), (1, 2, 1), padding)

    weights = jnp.arange(1.0, 1 + pool(x).size).reshape(pool(x).shape)
    functions = {
        "max": jax.grad(lambda x: (pool(x) * weights).sum()),
        "min": jax.grad(lambda x: (pool(x, lax.min, jnp.inf) * weights).sum()),
        "sum": jax.grad(lambda x: (pool(x, lax.add, 0.0) * weights).sum()),
        "forward": lambda x: jax.jvp(pool, (x,), (jnp.arange(60.0).reshape(x.shape),))[1],
    }
    agree(functions, x)


@settings(max_examples=30)
@given(st.data())
def test_all_options_together(data):
    rank = data.draw(st.integers(1, 3))
    options = [
        data.draw(st.lists(st.integers(low, high), min_size=rank, max_size=rank))
        for low, high in [(1, 5), (1, 3), (1, 3), (0, 2), (0, 2), (1, 3), (1, 2)]
    ]
    sizes, window, strides, before, after, gaps, spread = options
    x = np.random.default_rng(0).integers(-9, 10, sizes).astype(np.int32)
    kind = data.draw(st.sampled_from(["sum", "max", "product"]))
    first = np.int32({"sum": 0, "max": np.iinfo(np.int32).min, "product": 1}[kind])

    def reduced(x):
        padding = list(zip(before, after, strict=True))
        return lax.reduce_window(x, first, REDUCERS[kind][1], window, strides, padding, gaps, spread)

    program = trace(lambda x: {"y": reduced(x)}, {"x": Spec(x.shape, x.dtype)}, x64=False)
    np.testing.assert_array_equal(interpret(program.jaxpr, [x], x64=False)[0], reduced(x))
