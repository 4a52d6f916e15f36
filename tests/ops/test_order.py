"""Order: the largest, running results, quantiles, places among edges; as NumPy means them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

from philtre import ops
from philtre.errors import SignatureError

X = np.random.default_rng(0).permutation(24).reshape(2, 3, 4).astype(np.float32)
METHODS = ("linear", "lower", "higher", "nearest", "midpoint")


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_top_k_is_the_head_of_a_sort(axis):
    values, indices = ops.top_k(X, k=2, axis=axis)
    order = np.argsort(-X, axis=axis).take([0, 1], axis)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(values, np.take_along_axis(X, order, axis))


def test_top_k_ties_and_nan():
    values, indices = ops.top_k(jnp.array([1.0, 3, np.nan, 3]), k=3)
    assert indices.tolist() == [2, 1, 3]
    assert np.isnan(values[0])
    with pytest.raises(SignatureError, match="a k from 0 to 4, got 5"):
        ops.top_k(X, k=5)


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("reverse", [False, True])
def test_running_results_are_numpys(axis, reverse):
    pairs = {
        ops.cumulative_sum: np.cumsum, ops.cumulative_product: np.cumprod,
        ops.cumulative_max: np.maximum.accumulate, ops.cumulative_min: np.minimum.accumulate,
    }  # fmt: skip
    for ours, theirs in pairs.items():
        flipped = np.flip(X, axis) if reverse else X
        expected = theirs(flipped, axis=axis)
        ours = ours(X, axis=axis, reverse=reverse)
        np.testing.assert_allclose(ours, np.flip(expected, axis) if reverse else expected, rtol=1e-5)


def test_an_exclusive_sum_starts_with_zero_even_at_infinity():
    assert ops.cumulative_sum(jnp.array([1, np.inf, 2]), exclusive=True).tolist() == [0, 1, np.inf]
    assert ops.cumulative_sum(jnp.int8([100, 100, 1]), exclusive=True, reverse=True).tolist() == [101, 1, 0]
    assert ops.cumulative_sum(jnp.zeros((2, 0)), exclusive=True).shape == (2, 0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_quantiles_are_numpys(method, axis):
    for q in (0.0, 0.25, 0.5, 0.9, 1.0, np.float32([[0.1, 0.5], [0.3, 1]])):
        for keepdims in (False, True):
            ours = ops.quantile(X, q, axis=axis, method=method, keepdims=keepdims)
            theirs = np.quantile(X.astype(np.float64), q, axis=axis, method=method, keepdims=keepdims)
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_quantiles_of_nan_of_nothing_and_of_infinities():
    x = jnp.array([[1, np.nan, 2], [1, 2, np.inf]])
    np.testing.assert_array_equal(ops.quantile(x, 0.5), [np.nan, 2])
    np.testing.assert_array_equal(ops.quantile(jnp.zeros((2, 0)), 0.5), [np.nan, np.nan])
    assert ops.quantile(jnp.int8([1, 2]), 0.5).tolist() == 1.5
    with pytest.raises(SignatureError, match="quantile's method expects one of linear"):
        ops.quantile(x, 0.5, method="hazen")


def test_a_map_over_rows_keeps_the_quantile():
    mapped = jax.vmap(lambda x: ops.quantile(x, jnp.float32([0.2, 0.7]), axis=0), in_axes=1)
    np.testing.assert_allclose(mapped(X), np.quantile(X, [0.2, 0.7], axis=0).transpose(1, 0, 2), rtol=1e-5)
    assert "quantile" in str(jax.make_jaxpr(mapped)(X))


@pytest.mark.parametrize("k", [0, 1, 2, 3, 63, 64, 65, 100, 127, 128])
@pytest.mark.parametrize("side", ["left", "right"])
def test_places_are_numpys_for_few_edges_and_for_many(k, side):
    random = np.random.default_rng(k)
    edges = np.sort(random.integers(0, 50, k)).astype(np.float32)
    edges[k - k // 10 :] = np.nan
    x = np.concatenate([random.integers(-1, 52, 100), [np.nan, np.inf, -np.inf]]).astype(np.float32)
    ours = ops.searchsorted(edges, x, side=side)
    assert ours.dtype == np.int32
    np.testing.assert_array_equal(ours, np.searchsorted(edges, x, side=side))


@given(hn.arrays(np.int32, st.integers(0, 8)), st.integers(-(2**31), 2**31 - 1))
def test_a_place_keeps_the_edges_sorted(edges, value):
    edges = np.sort(edges)
    for side in ("left", "right"):
        assert int(ops.searchsorted(edges, np.int32(value), side=side)) == np.searchsorted(edges, value, side)


def test_a_side_is_left_or_right():
    with pytest.raises(SignatureError, match="searchsorted's side"):
        ops.searchsorted(np.zeros(1), np.zeros(1), side="middle")
