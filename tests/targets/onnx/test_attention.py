"""Attention is one operator: masks, causality, caches and shared heads mean what the body means."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops


@pytest.fixture
def heads(random):
    """Queries, keys and values: 2 rows, 3 queries, 5 keys, 4 heads that share 2 groups."""
    return [random.normal(size=shape).astype(np.float32) for shape in ((2, 3, 4, 8), (2, 5, 2, 8), (2, 5, 2, 6))]


def check(agree, function, *arrays, whole=True):
    """Agree, as one operator; onnxruntime has no answer for an empty batch."""
    built = agree(function, *arrays, empty=False)
    assert ("Attention" in built.operators) == whole
    return built


def test_grouped_heads_and_a_scale(agree, heads):
    check(agree, lambda q, k, v: ops.attention(q, k, v), *heads)
    check(agree, lambda q, k, v: ops.attention(q, k, v, scale=0.1), *heads)


@pytest.mark.parametrize("shape", [(1, 5), (3, 5), (1, 3, 5), (4, 3, 5), (2, 1, 1, 5), (2, 4, 3, 5)])
@pytest.mark.parametrize("dtype", [bool, np.float32])
def test_a_mask_broadcasts_and_a_query_that_sees_nothing_gets_zeros(agree, heads, random, shape, dtype):
    seen = random.random(shape) > 0.4
    seen[..., 0, :] = False
    mask = seen if dtype is bool else np.where(seen, random.normal(size=shape), -np.inf).astype(dtype)
    if len(shape) == 4:
        check(agree, lambda q, k, v, m: ops.attention(q, k, v, m), *heads, mask)
    else:
        check(agree, lambda q, k, v: ops.attention(q, k, v, mask), *heads)


def test_queries_are_the_newest_of_the_keys(agree, heads):
    check(agree, lambda q, k, v: ops.attention(q, k, v, causal=True), *heads)
    check(agree, lambda q, k, v: ops.attention(q, k[:, :3], v[:, :3], causal=True), *heads)


def test_positions_and_lengths(agree, heads):
    positions, lengths = np.array([[0, 1, 4], [2, 3, 4]], np.int32), np.array([3, 0], np.int32)
    check(agree, lambda q, k, v, p: ops.attention(q, k, v, None, p, causal=True), *heads, positions)
    check(agree, lambda q, k, v, n: ops.attention(q, k, v, None, None, n), *heads, lengths)
    mask = np.zeros((3, 5), np.float32)
    mask[:, 2] = -1
    check(agree, lambda q, k, v, p, n: ops.attention(q, k, v, mask, p, n, causal=True), *heads, positions, lengths)


def test_leading_axes(agree, heads):
    check(agree, lambda q, k, v: ops.attention(q[0], k[0], v[0]), *heads)
    mask = np.tri(3, 5, 2, dtype=bool)
    check(agree, jax.vmap(lambda q, k, v: ops.attention(q[None], k[None], v[None], mask)), *heads)
    check(agree, lambda q, k, v: ops.attention(q, k[:1], v[:1]), *heads, whole=False)


def test_a_symbolic_number_of_keys(agree, heads):
    steps = np.moveaxis(heads[0], 0, 1)
    check(agree, lambda x: ops.attention(*(jnp.moveaxis(x, 1, 0),) * 3, causal=True), steps)
    check(
        agree, lambda x: ops.attention(jnp.moveaxis(x, 1, 0)[:, -1:], *(jnp.moveaxis(x, 1, 0),) * 2, causal=True), steps
    )


def test_float64_and_older_operator_sets_have_the_body(agree, heads, convert):
    check(agree, lambda q, k, v: ops.attention(q, k, v), *(each.astype(np.float64) for each in heads), whole=False)
    assert "Attention" not in convert(lambda q, k, v: ops.attention(q, k, v), *heads, opset=22).operators


def test_projections_join_without_a_reshape(agree, random):
    x = random.normal(size=(2, 3, 8)).astype(np.float32)
    weights = random.normal(size=(8, 8)).astype(np.float32)

    def program(x):
        split = [(x @ weights).reshape(*x.shape[:2], 2, 4) for _ in range(3)]
        return ops.attention(*split).reshape(x.shape) @ weights

    assert check(agree, program, x).operators == ["MatMul", "Attention", "MatMul"]
