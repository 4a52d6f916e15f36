"""Sliding windows: strides, padding, dilation; NaN and infinities; every dtype; max-pooling's derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre.targets.onnx.window import Window

NAN, INF = np.nan, np.inf
COMBINED = {"max": (lax.max, -INF), "min": (lax.min, INF), "sum": (lax.add, 0)}


def slide(name, size, strides, padding, base=None, dilation=None):
    function, unit = COMBINED[name]

    def slide(x):
        limits = None if x.dtype.kind == "f" or name == "sum" else np.iinfo(x.dtype)
        start = unit if limits is None else limits.min if name == "max" else limits.max
        return lax.reduce_window(x, x.dtype.type(start), function, size, strides, padding, base, dilation)

    return slide


GEOMETRIES = {
    "valid": ((1, 2, 2, 1), (1, 2, 2, 1), "VALID"),
    "same": ((1, 3, 3, 1), (1, 2, 2, 1), "SAME"),
    "edges": ((1, 3, 2, 1), (1, 1, 3, 1), ((0, 0), (2, 0), (1, 1), (0, 0))),
    "wide": ((1, 2, 2, 1), (1, 1, 1, 1), ((0, 0), (4, 0), (0, -1), (0, 0))),
    "dilated": ((1, 3, 2, 1), (1, 1, 1, 1), "VALID", None, (1, 2, 1, 1)),
    "spread": ((1, 2, 2, 1), (1, 1, 1, 1), "VALID", (1, 2, 1, 1), None),
    "channels": ((1, 1, 1, 2), (1, 1, 1, 1), "VALID"),
}


@pytest.mark.parametrize("name", COMBINED)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "uint32"])
def test_windows(agree, random, name, dtype):
    x = random.integers(0, 100, (2, 5, 6, 3)).astype(dtype)
    agree({title: slide(name, *geometry) for title, geometry in GEOMETRIES.items()}, x)


def test_nan_and_infinities(agree):
    x = np.zeros((6, 4, 4, 1), np.float32)
    for row, places in enumerate([[(0, 0)], [(0, 1)], [(1, 0)], [(1, 1)]]):
        for place in places:
            x[row][place] = NAN
    x[4], x[5, 0, 0], x[5, 2:, 2:] = -INF, INF, -INF
    agree(slide("max", *GEOMETRIES["valid"]), x)
    agree(slide("min", *GEOMETRIES["valid"]), -x)


def test_pooling_of_finite_numbers_is_max_pool(convert):
    built = convert(slide("max", *GEOMETRIES["valid"]), np.ones((2, 4, 4, 3), np.float32))
    (choice,) = [node for node in built.graph.node if node.op_type == "If"]
    branches = {attribute.name: {node.op_type for node in attribute.g.node} for attribute in choice.attribute}
    assert "MaxPool" in [node.op_type for node in built.graph.node]
    assert branches["then_branch"] == {"Identity"}
    assert "Max" in branches["else_branch"]


def test_one_axis_and_long_windows(agree, random):
    x = random.integers(-9, 9, (3, 40)).astype(np.float32)
    agree({name: slide(name, (1, size), (1, 2), "SAME") for name, size in [("sum", 23), ("max", 8), ("min", 5)]}, x)
    agree(slide("sum", (2, 3), (1, 1), "SAME"), x)


@pytest.mark.parametrize("padding", ["VALID", "SAME"])
def test_derivatives_of_max_pooling(agree, random, padding):
    pool = slide("max", (1, 3, 2, 1), (1, 2, 2, 1), padding)
    x = random.integers(0, 5, (2, 6, 5, 2)).astype(np.float32)
    agree(
        {
            "backwards": jax.grad(lambda x: jnp.sum(pool(x) ** 2)),
            "forwards": lambda x: jax.jvp(pool, (x,), (x * x,))[1],
        },
        x,
    )


def test_a_window_moves_along_the_axes_where_it_is_not_one():
    assert Window((1, 2, 1), (1, 1, 3), ((0, 0), (0, 0), (0, 0)), (1, 1, 1)).moving == [1, 2]
