"""Moving entries: shapes, joins, slices, sizes as values; broadcasts are left to the functions that take them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.arange(12, dtype=np.float32).reshape(3, 4)
X3 = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


def test_shapes(agree):
    agree(
        {
            "flat": lambda x: x.reshape(-1),
            "pairs": lambda x: x.reshape(-1, 2, 2),
            "halves": lambda x: x.reshape(-1, 2),
            "turned": lambda x: x.T,
            "middle": lambda x: x[:, None, :],
            "last": lambda x: x[..., None],
            "squeezed": lambda x: x[:, :1, None].squeeze((1, 2)),
            "tiled": lambda x: jnp.tile(x, (2, 3)),
            "repeated": lambda x: jnp.repeat(x, 2, axis=1),
            "rolled": lambda x: jnp.roll(x, 1, axis=1),
            "spread": lambda x: jnp.broadcast_to(x[:, :1, None], (x.shape[0], 2, 3)),
        },
        X,
    )
    agree(
        {"turned": lambda x: x.transpose(2, 0, 1), "merged": lambda x: x.reshape(-1, 20), "swapped": lambda x: x.mT}, X3
    )


def test_joins_and_splits(agree):
    agree(
        {
            "below": lambda x: jnp.concatenate([x, 2 * x]),
            "beside": lambda x: jnp.concatenate([x, jnp.ones_like(x), jnp.zeros((x.shape[0], 1))], axis=1),
            "stacked": lambda x: jnp.stack([x, x + 1]),
            "columns": lambda x: jnp.stack([x, jnp.zeros_like(x)], axis=-1),
            "half": lambda x: jnp.split(x, 2, axis=1)[1],
            "apart": lambda x: jnp.unstack(x, axis=1)[2],
            "picked": lambda x: jnp.column_stack([x[:, 3], x[:, 0]]),
        },
        X,
    )


def test_slices(agree):
    agree(
        {
            "column": lambda x: x[:, 1],
            "last": lambda x: x[:, -1],
            "even": lambda x: x[:, ::2],
            "backwards": lambda x: x[:, ::-1],
            "upside": lambda x: jnp.flip(x, 0),
        },
        X,
    )
    agree(
        {
            "window": lambda x: x[:, 1, 2:4],
            "steps": lambda x: x[:, 1:, ::2],
            "strided": lambda x: lax.slice(x, (0, 0, 1), (x.shape[0], 4, 5), (1, 2, 3)),
        },
        X3,
    )
    agree({"first": lambda x: x[0], "last": lambda x: x[-1], "rest": lambda x: x[1:]}, X, empty=False)


@pytest.mark.parametrize("dtype", ["float32", "int8", "uint32", "uint64", "bool", "complex64", "bfloat16"])
def test_padding(agree, dtype):
    def padded(*widths):
        return lambda x: lax.pad(x, jnp.ones((), x.dtype), widths)

    agree(
        {
            "edges": padded((0, 0, 0), (1, 2, 0)),
            "rows": padded((1, 0, 0), (0, 0, 0)),
            "cut": padded((0, 0, 0), (-1, -1, 0)),
            "both": padded((0, 0, 0), (-1, 2, 0)),
            "between": padded((0, 0, 0), (0, 0, 2)),
        },
        X.astype(jnp.dtype(dtype)),
    )
    all_ways = padded((1, 2, 1), (-2, 3, 2))  # between rows JAX itself counts on one at least
    agree({"rows": padded((0, 0, 1), (0, 0, 2)), "all": all_ways}, X.astype(jnp.dtype(dtype)), empty=False)
    agree(lambda x: lax.pad(x, x[0, 0], ((0, 0, 0), (1, 1, 1))), X.astype(jnp.dtype(dtype)), empty=False)


def test_sizes_become_values(agree):
    agree(
        {
            "count": lambda x: jnp.arange(x.shape[0]),
            "scaled": lambda x: x * jnp.arange(x.shape[0])[:, None],
            "mean": lambda x: x.sum() / x.shape[0] ** 2 + x.shape[0],
            "ones": lambda x: jnp.ones(x.shape),
            "eye": lambda x: jnp.eye(4) + x[:, :, None],
            "half": lambda x: jnp.ones(x.shape[0] // 2) * (x.shape[0] % 2),
            "most": lambda x: jnp.ones(jax.core.max_dim(x.shape[0], 2)),
            "least": lambda x: jnp.ones(jax.core.min_dim(x.shape[0], 2)),
            "column": lambda x: lax.broadcasted_iota(jnp.uint8, (x.shape[0], 3), 1),
        },
        X,
    )


def test_one_hot(agree):
    agree(
        {"hot": lambda k: jax.nn.one_hot(k, 5), "whole": lambda k: jax.nn.one_hot(k, 5, dtype=jnp.int32)},
        np.int32([0, 4, 2, 9, -1]),
    )


def test_a_broadcast_is_left_to_the_function_that_takes_it(agree):
    built = agree(lambda x: (x + jnp.arange(4.0)) * x.sum(axis=1, keepdims=True), X)
    assert built.functions == ["add", "sum", "unsqueeze", "mul"]
