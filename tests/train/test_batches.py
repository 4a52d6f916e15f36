"""Batches cover every row once an epoch, in an order that the seed and the epoch decide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import TrainingError
from philtre.train import batches


@given(st.integers(1, 30), st.integers(1, 40), st.booleans(), st.integers(0, 3))
def test_every_row_comes_once(n, size, shuffle, epoch):
    rows = np.arange(n)
    data = batches(rows, -rows, batch_size=size, shuffle=shuffle)
    parts = list(data.epoch(epoch))
    assert len(parts) == len(data)
    assert sorted(np.concatenate([x for x, _ in parts])) == list(range(n))
    assert all((x == -y).all() for x, y in parts)
    assert all(len(x) == size for x, _ in parts[:-1])


def test_epochs_differ_and_repeat():
    data = batches(np.arange(50), np.arange(50), batch_size=50, seed=1)
    (first, _), (again, _), (other, _) = (next(data.epoch(epoch)) for epoch in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.tolist() != other.tolist()


def test_inputs_by_name():
    x, _ = next(iter(batches({"a": np.arange(4), "b": np.ones((4, 2))}, np.arange(4), batch_size=3, shuffle=False)))
    assert x["a"].tolist() == [0, 1, 2]
    assert x["b"].shape == (3, 2)


@pytest.mark.parametrize(("x", "y", "size"), [([], [], 1), ([1, 2], [1], 1), ([1], [1], 0)])
def test_what_is_no_data_is_refused(x, y, size):
    with pytest.raises(TrainingError):
        batches(np.array(x), np.array(y), batch_size=size)
