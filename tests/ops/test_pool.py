"""Pools mean torch's, with channels last."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

X = {
    1: np.random.default_rng(0).standard_normal((2, 9, 3)).astype(np.float32),
    2: np.random.default_rng(0).standard_normal((2, 9, 8, 3)).astype(np.float32),
    3: np.random.default_rng(0).standard_normal((2, 5, 6, 4, 3)).astype(np.float32),
}


def theirs(name, rank, **options):
    torch = pytest.importorskip("torch")
    function = getattr(torch.nn.functional, f"{name}_pool{rank}d")
    y = function(torch.from_numpy(np.moveaxis(X[rank], -1, 1).copy()), **options)
    return np.moveaxis(y.numpy(), 1, -1)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize(("window", "strides", "padding"), [(2, None, 0), (3, 2, 1), (2, 1, 0)])
def test_pools_are_torchs(rank, window, strides, padding):
    given = {"kernel_size": window, "stride": strides, "padding": padding}
    ours = {"window": window, "strides": strides, "padding": padding}
    np.testing.assert_array_equal(ops.max_pool(X[rank], **ours), theirs("max", rank, **given))
    for count in (False, True):
        np.testing.assert_allclose(
            ops.avg_pool(X[rank], **ours, count_include_pad=count),
            theirs("avg", rank, **given, count_include_pad=count), rtol=1e-5, atol=1e-6,
        )  # fmt: skip


def test_nan_wins_and_padding_never_does():
    x = jnp.array([[[-3.0], [jnp.nan], [-2.0], [-1.0]]])
    y = ops.max_pool(x, window=3, strides=3, padding=1)
    np.testing.assert_array_equal(y[0, :, 0], [np.nan, -1])
    assert ops.max_pool(jnp.int8([[[-5], [-4]]]), window=2, padding=1).tolist() == [[[-5], [-4]]]


@pytest.mark.parametrize("options", [{"window": 2}, {"window": 3, "strides": 2, "padding": 1}], ids=str)
def test_what_is_differentiated_is_the_same_pool(options):
    def value_and_change(pool):
        return jax.jvp(lambda x: pool(x, **options), (X[2],), (X[2],))

    for pool in (ops.max_pool, ops.avg_pool):
        value, change = value_and_change(pool)
        np.testing.assert_allclose(value, pool(X[2], **options), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(change, value, rtol=1e-5, atol=1e-6)


def test_one_number_is_a_window_of_every_axis_between():
    assert ops.max_pool(X[3], window=2).shape == (2, 2, 3, 2, 3)
    assert ops.max_pool(X[2][0], window=(2, 2)).shape == (4, 4, 3)


def test_a_window_needs_a_space():
    with pytest.raises(SignatureError, match="pooling expects 1 to 3 axes of space"):
        ops.max_pool(X[1][:, 0], window=2)
    with pytest.raises(SignatureError, match="pooling's window expects 1 numbers of at least 1"):
        ops.avg_pool(X[1], window=0)
