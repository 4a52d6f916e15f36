"""Operations of `ops` that have a kernel in torch say what their bodies say."""

import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops

X = np.linspace(-2, 3, 24, dtype=np.float32).reshape(3, 8)


def grid(*shape):
    return (np.arange(np.prod(shape)).reshape(shape) % 13 / 6 - 1).astype(np.float32)


def test_activations_and_normalisations(agree):
    scale, bias = jnp.linspace(0.5, 2, 8), jnp.linspace(-1, 1, 8)
    built = agree(
        {
            "softmax": ops.softmax,
            "log_softmax": ops.log_softmax,
            "logsumexp": ops.logsumexp,
            "gelu": ops.gelu,
            "tanh": lambda x: ops.gelu(x, approximate=True),
            "silu": ops.silu,
            "layer": lambda x: ops.layer_norm(x, scale, bias),
            "rms": lambda x: ops.rms_norm(x, scale),
            "batch": lambda x: ops.batch_norm(x, bias, scale, scale, bias),
            "group": lambda x: ops.group_norm(x, scale, bias, groups=2),
        },
        X,
    )
    assert {"layer_norm", "rms_norm", "gelu", "silu", "addcmul"} <= set(built.functions)


def test_attention(agree):
    q, k, v = grid(2, 4, 6, 8), grid(2, 5, 6, 8)[:, ::-1], grid(2, 5, 6, 3)
    seen = np.ones((2, 1, 4, 5), bool)
    seen[0, 0, 1] = False
    built = agree(
        {
            "plain": ops.attention,
            "causal": lambda q, k, v: ops.attention(q, k, v, causal=True),
            "square": lambda q, k, v: ops.attention(k, k, v, causal=True),
            "masked": lambda q, k, v: ops.attention(q, k, v, jnp.asarray(seen[:1])),
            "biased": lambda q, k, v: ops.attention(q, k, v, jnp.where(seen[:1], 0.5, -jnp.inf), causal=True),
            "groups": lambda q, k, v: ops.attention(q, k[:, :, :2], v[:, :, :2], scale=0.3),
            "cached": lambda q, k, v: ops.attention(q, k, v, None, jnp.full((1, 4), 2), jnp.full((1,), 4), causal=True),
        },
        q, k, v, tolerance=2e-5,
    )  # fmt: skip
    assert built.functions.count("scaled_dot_product_attention") >= 5


@pytest.mark.parametrize("reverse", [False, True])
def test_recurrence(agree, reverse):
    w, r, b = grid(4, 12), grid(3, 12), grid(12)
    g, s, c = grid(4, 9), grid(3, 9), grid(9)
    agree(
        {
            "lstm": lambda x: ops.lstm(x, w, r, b, reverse=reverse)[0],
            "state": lambda x: ops.lstm(x, w, r, reverse=reverse)[2],
            "given": lambda x: ops.lstm(x, w, r, b, x[:, 0, :3], x[:, 1, :3], reverse=reverse)[1],
            "short": lambda x: ops.lstm(x, w, r, b, None, None, jnp.full(x.shape[0], 2), reverse=reverse)[0],
            "gru": lambda x: ops.gru(x, g, s, c, 2 * c, reverse=reverse)[0],
            "last": lambda x: ops.gru(x, g, s, None, c, x[:, 0, :3], reverse=reverse)[1],
        },
        grid(2, 5, 4),
        tolerance=1e-5,
    )


def test_grids(agree):
    kernel, bias = grid(3, 2, 4, 6), grid(6)
    agree(
        {
            "conv": lambda x: ops.conv(x, kernel, bias),
            "same": lambda x: ops.conv(x, kernel, bias, padding="same", strides=2),
            "groups": lambda x: ops.conv(x, grid(3, 3, 2, 6), groups=2, dilation=2, padding=2),
            "back": lambda x: ops.conv_transpose(x, kernel, bias, strides=2),
            "largest": lambda x: ops.max_pool(x, window=2),
            "mean": lambda x: ops.avg_pool(x, window=(3, 2), strides=1, padding=1),
            "all": lambda x: ops.avg_pool(x, window=2, padding="same", count_include_pad=True),
            "resized": lambda x: ops.resize(x, shape=(4, 9)),
        },
        grid(2, 7, 6, 4),
        tolerance=2e-5,
    )


def test_tables_and_order(agree):
    codes = np.int32([[0, 2, -1], [5, 1, 2]])
    agree(
        {
            "embedding": lambda k: ops.embedding(k, jnp.asarray(grid(4, 3))),
            "counts": lambda k: ops.counts(k, k=3),
            "top": lambda k: ops.top_k(k, k=2)[1],
            "sums": lambda k: ops.cumulative_sum(k, exclusive=True),
            "found": lambda k: ops.searchsorted(jnp.arange(4.0), k.astype(jnp.float32)),
            "quantile": lambda k: ops.quantile(k.astype(jnp.float32), jnp.float32(0.3)),
        },
        codes,
    )
