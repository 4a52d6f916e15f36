"""Moving entries: shapes, joins, slices, sizes as values; broadcasts cost a node only where one is needed."""

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
            "picked": lambda x: jnp.column_stack([x[:, 3], x[:, 0]]),
        },
        X,
    )


def test_slices(agree):
    agree(
        {
            "column": lambda x: x[:, 1],
            "last": lambda x: x[:, -1],
            "some": lambda x: x[:, 1:3],
            "even": lambda x: x[:, ::2],
            "backwards": lambda x: x[:, ::-1],
            "upside": lambda x: jnp.flip(x, 0),
            "chosen": lambda x: x[:, [3, 0]],
        },
        X,
    )
    agree(
        {
            "window": lambda x: x[:, 1, 2:4],
            "block": lambda x: x[:, 1:3, 1:3],
            "paired": lambda x: x[:, [0, 1], [1, 2]],
            "steps": lambda x: x[:, 1:, ::2],
            "strided": lambda x: lax.slice(x, (0, 0, 1), (x.shape[0], 4, 5), (1, 2, 3)),
        },
        X3,
    )


def test_rows(agree):
    functions = {"first": lambda x: x[0], "last": lambda x: x[-1], "rest": lambda x: x[1:]}
    agree(functions, X, empty=False)


@pytest.mark.parametrize("dtype", ["float32", "int8", "uint32", "bool"])
def test_padding(agree, dtype):
    agree(
        {
            "columns": lambda x: jnp.pad(x, ((0, 0), (1, 2))),
            "rows": lambda x: jnp.pad(x, ((1, 0), (0, 0)), constant_values=1),
            "cut": lambda x: lax.pad(x, jnp.zeros((), x.dtype), ((0, 0, 0), (-1, -1, 0))),
            "between": lambda x: lax.pad(x, jnp.ones((), x.dtype), ((0, 0, 0), (0, 2, 1))),
            "between_rows": lambda x: lax.pad(x, jnp.ones((), x.dtype), ((1, 0, 2), (-1, 0, 2))),
        },
        X.astype(dtype),
    )


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
        },
        X,
    )


def test_one_hot(agree):
    agree(
        {"hot": lambda k: jax.nn.one_hot(k, 5), "whole": lambda k: jax.nn.one_hot(k, 5, dtype=jnp.int32)},
        np.int32([0, 4, 2, 9, -1]),
    )


def test_a_broadcast_that_an_operator_does_by_itself_makes_no_node(agree):
    built = agree(lambda x: (x + jnp.arange(4.0)) * jnp.float32(2), X)
    assert built.operators == ["Add", "Mul"]


def test_a_broadcast_is_carried_out_where_the_result_needs_it(agree):
    assert agree(lambda x: jnp.broadcast_to(x[:, :1], x.shape), X).operators[-1] == "Expand"


def test_a_large_broadcast_constant_is_not_stored(agree):
    built = agree(lambda x: jnp.concatenate([x, jnp.ones((2000, 4))]), X)
    assert len(built.model) < 1000


def test_an_array_whose_content_does_not_matter(convert):
    assert convert(lambda x: x + 0 * lax.empty((4,), x.dtype), X).run(X)["y"].shape == X.shape
