"""Folds cover every row once, keep the classes' shares, and depend on the seed alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from philtre.automl.folds import folds


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
