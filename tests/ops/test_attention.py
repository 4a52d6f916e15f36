"""Attention means torch's scaled_dot_product_attention; time comes before heads."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

RANDOM = np.random.default_rng(0)
Q, K, V = (RANDOM.standard_normal(s).astype(np.float32) for s in ((2, 5, 4, 8), (2, 7, 2, 8), (2, 7, 2, 3)))
SEEN = RANDOM.random((2, 1, 5, 7)) > 0.4


def theirs(mask=None, **options):
    torch = pytest.importorskip("torch")
    heads_first = [torch.from_numpy(np.moveaxis(each, 1, 2).copy()) for each in (Q, K, V)]
    mask = mask if mask is None else torch.from_numpy(mask)
    y = torch.nn.functional.scaled_dot_product_attention(*heads_first, mask, enable_gqa=True, **options)
    return np.moveaxis(y.numpy(), 2, 1)


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_grouped_heads_and_masks_are_torchs():
    close(ops.attention(Q, K, V), theirs())
    close(ops.attention(Q, K, V, SEEN), theirs(SEEN))
    close(ops.attention(Q, K, V, SEEN[0, 0]), theirs(SEEN[0, 0]))
    added = RANDOM.standard_normal((2, 4, 5, 7)).astype(np.float32)
    close(ops.attention(Q, K, V, added, scale=0.2), theirs(added, scale=0.2))


def test_causal_queries_are_the_newest():
    """Queries shorter than the keys: the rest is a cache."""
    close(ops.attention(Q, K, V, causal=True), theirs(np.tril(np.ones((5, 7), bool), k=2)))


def test_positions_say_where_queries_stand():
    positions = np.int32([[0, 1, 2, 3, 4], [2, 3, 4, 5, 6]])
    seen = np.arange(7) <= positions[:, None, :, None]
    close(ops.attention(Q, K, V, positions=positions, causal=True), theirs(seen))


def test_lengths_hide_what_is_not_there_yet():
    lengths = np.int32([3, 7])
    seen = np.broadcast_to(np.arange(7) < lengths[:, None, None, None], (2, 1, 5, 7)).copy()
    close(ops.attention(Q, K, V, lengths=lengths), theirs(seen))


def test_decoding_by_a_cache_equals_the_whole():
    q, k, v = (np.repeat(each[:, :5], 4 // each.shape[2], axis=2) for each in (Q, K, V))
    whole = ops.attention(q, k, v, causal=True)
    for t in range(5):
        step = ops.attention(q[:, t : t + 1], k, v, positions=np.full((2, 1), t, np.int32), causal=True)
        close(step[:, 0], whole[:, t])


@pytest.mark.parametrize("mask", [np.zeros((5, 7), bool), np.full((5, 7), -np.inf, np.float32)], ids=["bool", "float"])
def test_a_query_that_sees_nothing_gets_zeros_and_no_gradient(mask):
    assert (ops.attention(Q, K, V, mask) == 0).all()
    gradients = jax.grad(lambda *qkv: ops.attention(*qkv, mask).sum(), argnums=(0, 1, 2))(Q, K, V)
    assert all((gradient == 0).all() for gradient in gradients)


def test_nan_is_not_hidden_in_silence():
    assert np.isnan(ops.attention(Q.copy() * np.nan, K, V)).all()


def test_float16_scores_do_not_overflow():
    q, k, v = (jnp.asarray(each, jnp.float16) for each in (Q * 300, K * 300, V))
    assert np.isfinite(ops.attention(q, k, v)).all()


def test_a_map_over_queries_alone_keeps_the_operation():
    queries = np.stack([Q, -Q])
    mapped = jax.vmap(lambda q: ops.attention(q, K, V, SEEN))
    close(mapped(queries)[1], ops.attention(-Q, K, V, SEEN))
    assert len(jax.make_jaxpr(mapped)(queries).jaxpr.eqns) == 1


def test_both_lengths_may_be_symbols():
    n, t, s = jax.export.symbolic_shape("n, t, s")
    q, k, v = (jax.ShapeDtypeStruct((n, size, 2, 8), jnp.float32) for size in (t, s, s))
    (result,) = jax.make_jaxpr(lambda *qkv: ops.attention(*qkv, causal=True))(q, k, v).out_avals
    assert result.shape == (n, t, 2, 8)


def test_what_does_not_fit_is_said():
    with pytest.raises(SignatureError, match="attention expects query"):
        ops.attention(Q[:, :, :3], K, V)
    with pytest.raises(SignatureError, match="causal=True with positions"):
        ops.attention(Q, K, V, positions=np.zeros((2, 5), np.int32))
