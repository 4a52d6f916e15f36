"""Folds cover every row once, keep the classes' shares, and depend on the seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.automl.folds import folds, grouped_folds, timed_folds
from philtre.errors import DataError


@given(st.integers(4, 60), st.integers(2, 5), st.integers(0, 3))
def test_every_row_judges_once(n, count, seed):
    labels = np.arange(n) % 2
    parts = folds(labels, min(count, n // 2), seed=seed, stratified=True)
    assert sorted(np.concatenate([judge for _, judge in parts])) == list(range(n))
    for fit, judge in parts:
        assert not set(fit) & set(judge)
        assert len(fit) + len(judge) == n


@given(st.integers(2, 5), st.integers(10, 40), st.integers(10, 40))
def test_classes_keep_their_shares(count, ones, zeros):
    labels = np.array([1] * ones + [0] * zeros)
    for _, judge in folds(labels, count, seed=0, stratified=True):
        assert abs(labels[judge].sum() - ones / count) < 1
        assert abs((1 - labels[judge]).sum() - zeros / count) <= 1


def test_the_seed_decides():
    labels = np.zeros(50, int)
    first, again, other = (folds(labels, 5, seed=seed, stratified=False) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first[0][1], again[0][1])
    assert first[0][1].tolist() != other[0][1].tolist()


@given(st.integers(0, 100))
def test_a_class_of_two_rows_is_in_every_part_that_is_fitted_on(seed):
    labels = np.array([0] * 20 + [1] * 2)
    for fit, _ in folds(labels, 5, seed=seed, stratified=True):
        assert 1 in labels[fit]


@given(st.lists(st.integers(0, 9), min_size=30, max_size=60), st.integers(2, 3))
def test_groups_stay_together(groups, count):
    codes = np.unique([*groups, 0, 1, 2], return_inverse=True)[1]
    parts = grouped_folds(codes, count, seed=0)
    assert sorted(np.concatenate([judge for _, judge in parts])) == list(range(len(codes)))
    for fit, judge in parts:
        assert not set(codes[fit]) & set(codes[judge])


def test_fewer_groups_than_folds():
    with pytest.raises(DataError, match="at least 3 groups, got 2"):
        grouped_folds(np.array([0, 1, 1]), 3, seed=0)


@given(st.lists(st.integers(0, 50), min_size=12, max_size=40), st.integers(2, 4))
def test_the_past_is_judged_by_no_row_before_it(times, count):
    moments = np.array(times)
    for fit, judge in timed_folds(moments, count):
        assert moments[fit].max() <= moments[judge].min()
