"""Reading at computed positions: in range, out of range by JAX's rules, windows, batches of anything."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace

X = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
MODES = ["clip", "fill", "promise_in_bounds"]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint64", "int64"])
def test_rows_of_a_table(agree, dtype):
    places = np.array([0, 2, 3, 100, -1, -3, -4, -100]).astype(dtype)
    functions = {
        "fill": lambda x, k: jnp.take(x, k, axis=0),
        "clip": lambda x, k: jnp.take(x, k, axis=1, mode="clip"),
        "wrap": lambda x, k: jnp.take(x, k, axis=1, mode="wrap"),
        "given": lambda x, k: jnp.take(x, k, axis=0, mode="fill", fill_value=-1),
        "plain": lambda x, k: x[k],
        "entries": lambda x, k: x[k, 1, k % 3],
        "apart": lambda x, k: x[k, :, k],
        "filled": lambda x, k: x.at[k, k].get(mode="fill"),
    }
    agree(functions, X, places)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int32", "float16", "bfloat16", "complex64"])
def test_what_is_read_out_of_range(agree, dtype):
    agree(lambda x, k: jnp.take(x, k), np.array([1, 0, 1]).astype(jnp.dtype(dtype)), np.int32([0, 2, 3, -4, 2**31 - 1]))


def test_one_entry_of_each_row_and_batches(agree):
    k = np.int32([[0, 1], [7, 1], [2, -2]])
    functions = {
        "along": lambda x, k: jnp.take_along_axis(x, k[:, :, None], axis=1),
        "last": lambda x, k: jnp.take_along_axis(x, k[:, None, :], axis=2),
        "rows": jax.vmap(lambda m, i: m[i]),
        "columns": jax.vmap(lambda m, i: m[:, i]),
        "windows": jax.vmap(lambda m, i: lax.dynamic_slice(m, (i[0], i[1]), (2, 3))),
        "outside": lambda x, k: lax.dynamic_slice(x, (k[0, 1], k[1, 0], k[2, 1]), (2, 2, 5)),
        "written": lambda x, k: lax.dynamic_update_slice(x, -x[:2, :2], (k[1, 0], k[2, 1], 0)),
        "each": jax.vmap(lambda m, i: lax.dynamic_update_slice(m, m[:1, :2] * 0, (i[0], i[1]))),
        "nothing": lambda x, k: x[k[:0]],
    }
    agree(functions, X, k)


@st.composite
def gathers(draw):
    """An array, indices, and any way to read windows of the one at the other."""
    rank = draw(st.integers(1, 4))
    shape = draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank))
    roles = draw(st.lists(st.sampled_from(["paired", "collapsed", "whole"]), min_size=rank, max_size=rank))
    paired = [axis for axis in range(rank) if roles[axis] == "paired"]
    collapsed = [axis for axis in range(rank) if roles[axis] == "collapsed"]
    free = [axis for axis in range(rank) if axis not in paired]
    count = draw(st.integers(0, len(free)))
    indexed = draw(st.permutations(free))[:count]
    sizes = [draw(st.integers(1, shape[a])) if roles[a] == "whole" else 1 for a in range(rank)]
    others = draw(st.lists(st.integers(1, 3), max_size=2))
    rows = [shape[axis] for axis in paired] + others
    order = draw(st.permutations(range(len(rows))))
    rows, leading = [rows[i] for i in order], [order.index(i) for i in range(len(paired))]
    out = len(rows) + rank - len(paired) - len(collapsed)
    offset = sorted(draw(st.permutations(range(out)))[: rank - len(paired) - len(collapsed)])
    numbers = lax.GatherDimensionNumbers(tuple(offset), tuple(collapsed), tuple(indexed), tuple(paired), tuple(leading))
    places = np.random.default_rng(draw(st.integers(0, 99))).integers(-3, 6, [*rows, count]).astype(np.int32)
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape), places, numbers, tuple(sizes)


@settings(max_examples=40)
@given(gathers(), st.sampled_from(MODES[:2]))
def test_any_gather(gather, mode):
    x, places, numbers, sizes = gather
    specs = {"x": Spec(x.shape, x.dtype), "k": Spec(places.shape, places.dtype)}
    program = trace(lambda x, k: {"y": lax.gather(x, k, numbers, sizes, mode=mode)}, specs, x64=False)
    got = interpret(program.jaxpr, [x, places], x64=False)[0]
    np.testing.assert_array_equal(got, lax.gather(x, places, numbers, sizes, mode=mode))
