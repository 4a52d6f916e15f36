"""Spread: skewness, and how far the outermost number is from the middle."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data.spread import Spread, spread


def test_numbers_alike_on_both_sides():
    found = spread(pl.Series([1, 2, 3, 4, 5]))
    assert found == Spread(0, 1, found.log_far, whole=True)


def test_decimals_are_seen():
    assert not spread(pl.Series([1.0, 2.0, 3.5])).whole


def test_a_long_tail_is_skewed_and_its_logarithm_is_not_far():
    found = spread(pl.Series([2.0**i for i in range(12)]))
    assert found.skew > 2
    assert found.far > 4
    assert found.log_far < 2


def test_an_outlier_is_far():
    assert spread(pl.Series([*range(100), 10_000])).far == pytest.approx(199, abs=1)


@pytest.mark.parametrize("values", [[], [None, None], [3.0, 3.0], [0.0] * 90 + [7.0] * 10])
def test_without_width_nothing_is_far(values):
    assert spread(pl.Series(values, dtype=pl.Float64)).far == 0


@given(st.lists(st.integers(-1_000, 1_000), min_size=5, max_size=30), st.floats(0.1, 100))
def test_the_unit_does_not_matter(values, unit):
    numbers = pl.Series(values, dtype=pl.Float64)
    assert spread(unit * numbers).far == pytest.approx(spread(numbers).far, rel=1e-6, abs=1e-6)
