"""A number becomes the shares by which its bins are filled: exact, monotone, bounded, the same on every target."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre import nn
from philtre.errors import SignatureError

RANDOM = np.random.default_rng(0)


def apply(edges, x):
    return np.asarray(nn.piecewise_linear(edges).apply({}, np.float32(x), mode="inference", key=None))


def test_bins_fill_one_after_the_other():
    edges = [(0, 1, 3)]
    expected = [[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [1, 1]]
    np.testing.assert_array_equal(apply(edges, [[-9], [0.5], [1], [2], [3], [99]]), expected)


@given(st.lists(st.floats(-100, 100, width=16), min_size=3, max_size=40))
def test_the_filled_widths_add_up_to_the_clipped_number(values):
    x = np.float32(values)[:, None]
    (edges,) = nn.quantile_edges(x, bins=8)
    if edges is None:
        assert len(np.unique(x)) <= 2
        return
    filled = apply([edges], x) @ np.diff(edges)
    np.testing.assert_allclose(filled, np.clip(x[:, 0], edges[0], edges[-1]) - edges[0], atol=1e-3)


def test_columns_without_edges_stay_as_they_are():
    np.testing.assert_array_equal(apply([None, (0, 2), None], [[7, 1, -5]]), [[7, 0.5, -5]])


def test_edges_of_many_values_are_quantiles():
    x = np.arange(1001, dtype=np.float32)[:, None]
    assert nn.quantile_edges(x, bins=4) == ((0.0, 250.0, 500.0, 750.0, 1000.0),)


def test_a_value_that_is_nearly_all_does_not_take_all_bins():
    x = np.concatenate([np.zeros(990), np.arange(10, 110)]).astype(np.float32)[:, None]
    (edges,) = nn.quantile_edges(x, bins=16)
    assert 16 <= len(edges) <= 18
    assert edges[0] == 0
    assert edges[-1] == 109


def test_columns_of_one_or_two_values_have_no_edges():
    assert nn.quantile_edges(np.float32([[1, 0], [1, 1], [1, 0]]), bins=4) == (None, None)


def test_it_is_the_same_on_every_target(target):
    x = RANDOM.normal(size=(50, 3)).astype(np.float32)
    x[:, 1] = x[:, 1] > 0
    layer = nn.piecewise_linear(nn.quantile_edges(x, bins=6))
    model = nn.input("x", shape=(None, 3)) | layer
    np.testing.assert_allclose(model.program({}).compile(target)(x), apply(layer.edges, x), atol=1e-6)
    assert layer.width == 13


def test_it_keeps_float32_in_both_modes():
    for x64 in (False, True):
        with jax.enable_x64(x64):
            assert apply([(0, 1), None], [[0.5, 2]]).dtype == np.float32


@pytest.mark.parametrize("edges", [(1,), (1, 1), (2, 1), (0, float("nan"))])
def test_edges_that_do_not_ascend_are_refused(edges):
    with pytest.raises(SignatureError, match="column 1 expects two or more finite edges that ascend"):
        nn.piecewise_linear([None, edges])


def test_another_number_of_columns_is_refused():
    with pytest.raises(SignatureError, match=r"expects float\[n, 1\], got float32\[1, 2\]"):
        apply([(0, 1)], [[1, 2]])


def test_no_bin_is_so_narrow_that_rounding_shows():
    x = np.float32([[0.0], [1.0], [1.00001], [2.0], [2.99999], [3.0]])
    assert nn.quantile_edges(x, bins=8) == ((0.0, 1.0, 2.0, 3.0),)
