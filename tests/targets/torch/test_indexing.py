"""Reading at computed positions: inside, negative, beyond; one axis, several, windows; batched by vmap."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

X = np.arange(12, dtype=np.float32).reshape(3, 4)
X3 = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
K = np.int32([0, 3, -1, 7, -9])


@pytest.mark.parametrize("mode", ["clip", "fill", "wrap"])
@pytest.mark.parametrize("dtype", ["float32", "int32", "uint8", "uint32", "bool", "uint64", "bfloat16"])
def test_positions_out_of_range(agree, mode, dtype):
    table = jnp.arange(8).reshape(4, 2).astype(dtype) if dtype != "uint64" else np.arange(8, dtype=dtype).reshape(4, 2)
    agree(lambda k: jnp.take(jnp.asarray(table), k, axis=0, mode=mode), K, x64=dtype == "uint64")


def test_rows_columns_and_pairs(agree):
    agree(
        {
            "column": lambda x, k: x[:, k],
            "row": lambda x, k: x[k % 3][:, 0],
            "pairs": lambda x, k: x[k % 3, k],
            "own": lambda x, k: jnp.take_along_axis(x, x.astype(jnp.int32) % 5, axis=1),
            "first": lambda x, k: x[:, k[0]],
            "entry": lambda x, k: x[k[0], k[1]],
            "mapped": lambda x, k: jax.vmap(lambda row: row[k])(x),
            "known": lambda x, k: x[:, [3, 0, 0]],
            "promised": lambda x, k: x.at[:, k % 4].get(mode="promise_in_bounds"),
            "filled": lambda x, k: x.at[:, k].get(mode="fill", fill_value=-5),
        },
        X,
        K,
        free=False,
    )


def test_several_axes(agree):
    agree(
        {
            "last": lambda x: x[..., jnp.array([0, 4])],
            "middle": lambda x: x[:, jnp.array([[0, 3], [1, 1]])],
            "both": lambda x: x[:, jnp.array([0, 3]), jnp.array([1, 2])],
            "outer": lambda x: x[:, jnp.array([0, 3])[:, None], jnp.array([1, 2, 2])],
            "ends": lambda x: x[jnp.array([0, 0])][:, :, jnp.array([1])],
            "windows": lambda x: jax.vmap(lambda r: lax.dynamic_slice(r, (r[0, 1].astype(int) % 7, 1), (2, 3)))(x),
            "along": lambda x: jnp.take_along_axis(x, jnp.argsort(-x, axis=1), axis=1),
        },
        X3,
        empty=False,
    )


def test_windows_stay_inside(agree):
    agree(
        {
            "both": lambda x, i: lax.dynamic_slice(x, (i, i), (2, 3)),
            "one": lambda x, i: lax.dynamic_slice_in_dim(x, i, 2, axis=1),
            "entry": lambda x, i: lax.dynamic_index_in_dim(x, i, axis=1, keepdims=False),
        },
        X,
        np.int32(9),
        free=False,
    )
    agree(lambda x, i: lax.dynamic_slice_in_dim(x, i, 2, axis=1), X, np.int32(-7))


def test_a_free_batch_is_read_by_its_size(agree):
    agree({"last": lambda x: x[-1], "reversed": lambda x: x[::-1], "some": lambda x: x[1:]}, X, empty=False)


def test_a_general_gather(agree):
    numbers = lax.GatherDimensionNumbers(offset_dims=(1, 2), collapsed_slice_dims=(), start_index_map=(1, 0))
    where = np.int32([[0, 0], [2, 1], [3, 3], [-1, 0]])

    def gathered(mode):
        return lambda x, k: lax.gather(x, k, numbers, slice_sizes=(2, 2), mode=mode)

    agree({mode: gathered(mode) for mode in ("clip", "fill")}, X, where, free=False)
