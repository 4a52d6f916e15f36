"""What every operation promises: dtypes, derivatives, maps, symbolic sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from philtre import ops
from philtre.ops.primitive import body
from philtre.trace import ClosedJaxpr

RANDOM = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape)


def positive(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.5, 2, shape)


def apart(*shape: int) -> np.ndarray:
    """Numbers without ties, in any order."""
    return RANDOM.permutation(np.prod(shape)).reshape(shape) / 7


@dataclass(frozen=True)
class Member:
    """An operation with arguments: the first `rows` arrays have a batch of 2 as their first axis."""

    call: Callable[..., Any]
    arrays: tuple[np.ndarray, ...]
    rows: int = 1
    differentiable: bool = True
    mapped_whole: bool = True

    def cast(self, dtype: Any) -> list[np.ndarray]:
        return [array.astype(dtype) if array.dtype == np.float64 else array for array in self.arrays]


GRID = normal(2, 5, 6, 4)
TREES = np.int32([1, 0, 0, 2, 0, 0]), np.float32([0] * 6), np.int32([1, 1, 2, 4, 4, 5]), np.int32([2, 1, 2, 5, 4, 5])
MEMBERS = {
    "softmax": Member(ops.softmax, (normal(2, 3, 4),)),
    "log_softmax": Member(lambda x: ops.log_softmax(x, axis=1), (normal(2, 3, 4),)),
    "logsumexp": Member(lambda x: ops.logsumexp(x, axis=(1, 2)), (normal(2, 3, 4),)),
    "gelu": Member(ops.gelu, (normal(2, 3),)),
    "gelu by tanh": Member(lambda x: ops.gelu(x, approximate=True), (normal(2, 3),)),
    "silu": Member(ops.silu, (normal(2, 3),)),
    "layer_norm": Member(ops.layer_norm, (normal(2, 3, 4), normal(4), normal(4))),
    "rms_norm": Member(ops.rms_norm, (normal(2, 3, 4), normal(4))),
    "batch_norm": Member(ops.batch_norm, (normal(2, 3, 4), normal(4), positive(4), normal(4), normal(4))),
    "group_norm": Member(lambda *a: ops.group_norm(*a, groups=2, space=2), (GRID, normal(4), normal(4))),
    "dropout": Member(lambda x: ops.dropout(x, rate=0.5), (normal(2, 3),), mapped_whole=False),
    "dropout with noise": Member(
        lambda x: ops.dropout(x, jax.random.key(0), rate=0.5), (normal(2, 3),), mapped_whole=False
    ),
    "embedding": Member(ops.embedding, (np.int32([[0, 4, 2], [1, 1, -1]]), normal(5, 3))),
    "counts": Member(lambda codes: ops.counts(codes, k=3), (np.int32([[0, 2, 2], [1, -1, 0]]),), differentiable=False),
    "attention": Member(ops.attention, (normal(2, 3, 4, 5), normal(2, 6, 2, 5), normal(2, 6, 2, 3)), rows=3),
    "masked attention": Member(
        lambda q, k, v, n, m: ops.attention(q, k, v, m, None, n, causal=True),
        (normal(2, 3, 2, 5), normal(2, 6, 2, 5), normal(2, 6, 2, 3), np.int32([6, 5]), normal(3, 6)),
        rows=4,
    ),
    "attention with a cache": Member(
        lambda q, k, v, p, m: ops.attention(q, k, v, m, p, causal=True, scale=0.3),
        (normal(2, 1, 2, 5), normal(2, 6, 2, 5), normal(2, 6, 2, 3), np.int32([[3], [0]]), np.full((2, 1, 6), True)),
        rows=4,
    ),
    "conv": Member(
        lambda *a: ops.conv(*a, strides=(2, 1), padding="same", dilation=(1, 2), groups=2),
        (GRID, normal(3, 2, 2, 6), normal(6)),
    ),
    "conv in 1-D": Member(lambda *a: ops.conv(*a, padding=1), (normal(2, 5, 3), normal(3, 3, 2))),
    "conv in 3-D": Member(ops.conv, (normal(2, 3, 4, 3, 2), normal(2, 2, 2, 2, 3), normal(3))),
    "conv_transpose": Member(
        lambda *a: ops.conv_transpose(*a, strides=(2, 3), padding=((1, 0), 1), groups=2),
        (GRID, normal(3, 2, 4, 3), normal(6)),
    ),
    "max_pool": Member(lambda x: ops.max_pool(x, window=(2, 2)), (apart(2, 5, 6, 4),)),
    "overlapping max_pool": Member(
        lambda x: ops.max_pool(x, window=(3, 2), strides=(2, 1), padding="same"), (apart(2, 5, 6, 4),)
    ),
    "avg_pool": Member(lambda x: ops.avg_pool(x, window=(3, 2), strides=(2, 1), padding="same"), (GRID,)),
    "avg_pool with padding": Member(
        lambda x: ops.avg_pool(x, window=(3, 3), padding=1, count_include_pad=True), (GRID,)
    ),
    "lstm": Member(
        lambda x, hidden, cell, *w: ops.lstm(x, *w, hidden, cell),
        (normal(2, 4, 3), normal(2, 5), normal(2, 5), normal(3, 20), normal(5, 20), normal(20)),
        rows=3,
    ),
    "lstm of lengths": Member(
        lambda x, lengths, *w: ops.lstm(x, *w, lengths=lengths, reverse=True),
        (normal(2, 4, 3), np.int32([4, 2]), normal(3, 20), normal(5, 20), normal(20)),
        rows=2,
    ),
    "gru": Member(
        lambda x, lengths, *w: ops.gru(x, *w, lengths=lengths),
        (normal(2, 4, 3), np.int32([1, 4]), normal(3, 15), normal(5, 15), normal(15), normal(15)),
        rows=2,
    ),
    "top_k": Member(lambda x: ops.top_k(x, k=2, axis=1), (apart(2, 4, 3),)),
    "cumulative_sum": Member(lambda x: ops.cumulative_sum(x, axis=1, exclusive=True), (normal(2, 4, 3),)),
    "cumulative_product": Member(lambda x: ops.cumulative_product(x, axis=1, reverse=True), (positive(2, 4, 3),)),
    "cumulative_max": Member(lambda x: ops.cumulative_max(x, axis=1), (apart(2, 4, 3),)),
    "cumulative_min": Member(lambda x: ops.cumulative_min(x, axis=1, reverse=True), (apart(2, 4, 3),)),
    "quantile": Member(lambda x: ops.quantile(x, 0.3, axis=1), (apart(2, 4, 3),)),
    "searchsorted": Member(
        lambda x, edges: ops.searchsorted(edges, x), (normal(2, 3), np.arange(-3.0, 3.0)), differentiable=False
    ),
    "resize": Member(lambda x: ops.resize(x, shape=(4, 9)), (GRID,)),
    "cubic resize": Member(lambda x: ops.resize(x, shape=(4, 9), method="cubic", antialias=True), (GRID,)),
    "nearest resize": Member(lambda x: ops.resize(x, shape=(7, 3), method="nearest"), (GRID,)),
    "tree_ensemble": Member(
        lambda x, value: ops.tree_ensemble(x, *TREES, value, np.int32([0, 3]), depth=1),
        (normal(2, 3, 4), normal(6, 2)),
    ),
}


def outputs(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def equations(jaxpr: ClosedJaxpr) -> list[Any]:
    return [equation for equation in jaxpr.jaxpr.eqns if equation.primitive.name == "operation"]


def inside(jaxpr: ClosedJaxpr):
    for equation in jaxpr.jaxpr.eqns:
        yield equation
        for parameter in equation.params.values():
            if isinstance(parameter, ClosedJaxpr):
                yield from inside(parameter)


def close(ours: Any, plain: Any, tolerance: float = 1e-5) -> None:
    for our, expected in zip(outputs(ours), outputs(plain), strict=True):
        np.testing.assert_allclose(our, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(params=MEMBERS)
def member(request):
    return MEMBERS[request.param]


def test_every_operation_is_a_member():
    public = {name for name, value in vars(ops).items() if callable(value) and name != "operation"}
    assert public <= set(MEMBERS)


@pytest.mark.parametrize(
    ("dtype", "x64"),
    [("float16", False), ("bfloat16", True), ("float32", False), ("float32", True), ("float64", True)],
)
def test_dtypes_are_kept_in_both_modes(member, dtype, x64):
    with jax.enable_x64(x64):
        arrays = member.cast(dtype)
        results = outputs(member.call(*arrays))
        floats = {str(y.dtype) for y in results if jnp.issubdtype(y.dtype, jnp.floating)}
        assert floats <= ({dtype} if any(array.dtype == dtype for array in arrays) else {"float32"})
        assert all(np.isfinite(np.asarray(y, np.float64)).all() for y in results)
        (equation,) = equations(jax.make_jaxpr(member.call)(*arrays))
        kinds = {str(v.aval.dtype) for e in inside(body(equation, x64=x64)) for v in e.outvars}
        assert dtype == "float64" or not kinds & {"float64", "int64"}


def test_every_derivative_is_that_of_finite_differences(member):
    if not member.differentiable:
        pytest.skip("counts nothing that moves")
    with jax.enable_x64(True):
        moving = [index for index, array in enumerate(member.arrays) if array.dtype == np.float64]

        def call(*moved):
            arrays = list(member.arrays)
            for index, value in zip(moving, moved, strict=True):
                arrays[index] = value
            return [y for y in outputs(member.call(*arrays)) if jnp.issubdtype(y.dtype, jnp.floating)]

        check_grads(call, [member.arrays[index] for index in moving], order=1, modes=("fwd", "rev"))


def test_jit_changes_nothing(member):
    arrays = member.cast(np.float32)
    close(jax.jit(member.call)(*arrays), member.call(*arrays))


def test_a_map_over_examples_equals_a_loop_and_keeps_the_operation(member):
    axis = 1
    arrays = member.cast(np.float32)
    stacks = [np.stack([array, array[::-1]], axis) for array in arrays[: member.rows]]
    mapped = jax.vmap(member.call, in_axes=[axis] * member.rows + [None] * (len(arrays) - member.rows))
    loop = [outputs(member.call(*[s.take(i, axis) for s in stacks], *arrays[member.rows :])) for i in (0, 1)]
    close(mapped(*stacks, *arrays[member.rows :]), tuple(np.stack(each) for each in zip(*loop, strict=True)))
    if member.mapped_whole:
        assert len(equations(jax.make_jaxpr(mapped)(*stacks, *arrays[member.rows :]))) == 1


def test_a_map_over_all_arrays_equals_a_loop(member):
    arrays = member.cast(np.float32)
    stacks = [
        np.stack([array, array]) if array.dtype.kind in "iub" else np.stack([array, array / 2]) for array in arrays
    ]
    loop = [outputs(member.call(*[stack[i] for stack in stacks])) for i in (0, 1)]
    close(jax.vmap(member.call)(*stacks), tuple(np.stack(each) for each in zip(*loop, strict=True)))


def test_the_batch_may_be_a_symbol(member):
    (batch,) = jax.export.symbolic_shape("batch")
    arrays = member.cast(np.float32)
    templates = [
        jax.ShapeDtypeStruct((batch, *array.shape[1:]) if index < member.rows else array.shape, array.dtype)
        for index, array in enumerate(arrays)
    ]
    jaxpr = jax.make_jaxpr(member.call)(*templates)
    (equation,) = equations(jaxpr)
    concrete = outputs(member.call(*arrays))
    for results in (equation.outvars, body(equation, x64=False).jaxpr.outvars):
        assert [v.aval.shape for v in results] == [(batch, *y.shape[1:]) for y in concrete]


def test_no_rows_give_no_rows(member):
    arrays = member.cast(np.float32)
    empty = [array[:0] if index < member.rows else array for index, array in enumerate(arrays)]
    for none, some in zip(outputs(member.call(*empty)), outputs(member.call(*arrays)), strict=True):
        assert none.shape == (0, *some.shape[1:])
