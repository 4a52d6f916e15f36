"""Writing at computed positions: equal ones add up or the last stays, those out of range are dropped or moved."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace

X = np.arange(12, dtype=np.float32).reshape(3, 4)
SCATTERS = {
    "set": lax.scatter, "add": lax.scatter_add, "mul": lax.scatter_mul, "min": lax.scatter_min,
    "max": lax.scatter_max, "sub": lax.scatter_sub,
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int8", "uint32", "float64"])
@pytest.mark.parametrize("mode", ["drop", "clip", "promise_in_bounds"])
def test_rows_of_a_table(agree, dtype, mode):
    places = np.int32([0, 2, 2, 1] if mode == "promise_in_bounds" else [0, 2, 2, 7, -1, -5, 3])
    methods = ["set", "add", "multiply", "min", "max", "subtract"]
    functions = {n: lambda x, k, n=n: getattr(x.at[k, :2], n)(x[:1, :2] + 1, mode=mode) for n in methods}
    functions["apply"] = lambda x, k: x.at[k[:2]].apply(jnp.square)
    agree(functions, X.astype(jnp.dtype(dtype)), places)


def test_batches_gradients_and_nothing(agree):
    k = np.int32([[0, 1], [7, 1], [2, -2]])
    functions = {
        "rows": jax.vmap(lambda row, i: row.at[i].add(jnp.float32([1, 2]))),
        "slope": jax.vmap(jax.grad(lambda row, i: (row[i] ** 2).sum())),
        "entries": lambda x, k: x.at[k[:, 0], k[:, 1]].set(jnp.float32([7, 8, 9])),
        "windows": jax.grad(lambda x, k: (lax.dynamic_slice(x, (k[0, 1], k[1, 1]), (2, 2)) ** 3).sum()),
        "nothing": lambda x, k: x.at[k[:0, 0]].add(1),
        "empty": lambda x, k: x[:, :0].at[k[:, 0]].add(1),
        "complex": lambda x, k: (x * 1j).at[k[:, 0]].add(1 + 2j),
        "truth": lambda x, k: (x > 3).at[k[:, 0]].set(True),
    }
    agree(functions, X, k)


@st.composite
def scatters(draw):
    """An array, indices, updates, and any way to write windows of the one at the other."""
    rank = draw(st.integers(1, 4))
    shape = draw(st.lists(st.integers(1, 4), min_size=rank, max_size=rank))
    roles = draw(st.lists(st.sampled_from(["paired", "inserted", "whole"]), min_size=rank, max_size=rank))
    paired, inserted = ([axis for axis in range(rank) if roles[axis] == role] for role in ("paired", "inserted"))
    free = [axis for axis in range(rank) if axis not in paired]
    assume(free)
    indexed = draw(st.permutations(free))[: draw(st.integers(1, len(free)))]
    sizes = [draw(st.integers(1, shape[axis])) for axis in range(rank) if roles[axis] == "whole"]
    rows = [shape[axis] for axis in paired] + draw(st.lists(st.integers(1, 3), max_size=2))
    order = draw(st.permutations(range(len(rows))))
    leading = [order.index(i) for i in range(len(paired))]
    rows = [rows[i] for i in order]
    windowed = sorted(draw(st.permutations(range(len(rows) + len(sizes))))[: len(sizes)])
    dims = lax.ScatterDimensionNumbers(tuple(windowed), tuple(inserted), tuple(indexed), tuple(paired), tuple(leading))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    places = random.integers(-2, 5, [*rows, len(indexed)]).astype(np.int32)
    left, right = iter(rows), iter(sizes)
    layout = [next(right) if axis in windowed else next(left) for axis in range(len(rows) + len(sizes))]
    return random.integers(-5, 5, shape), places, random.integers(-5, 5, layout), dims


@settings(max_examples=40)
@given(scatters(), st.sampled_from(["clip", "drop"]), st.sampled_from(sorted(SCATTERS)))
def test_any_scatter(scatter, mode, kind):
    x, places, updates, dims = scatter
    arrays = [x.astype(np.int32), places, updates.astype(np.int32)]

    def written(*arrays):
        return SCATTERS[kind](*arrays, dims, mode=lax.GatherScatterMode.from_any(mode))

    specs = {f"x{i}": Spec(array.shape, array.dtype) for i, array in enumerate(arrays)}
    program = trace(lambda *arrays: {"y": written(*arrays)}, specs, x64=False)
    np.testing.assert_array_equal(interpret(program.jaxpr, arrays, x64=False)[0], written(*map(jnp.asarray, arrays)))
