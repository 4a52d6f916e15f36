import numpy as np
import polars as pl
import pytest

from philtre.data.assign import codes_of, dealt_groups, in_time, random_keys


@pytest.mark.parametrize(
    ("times", "sizes", "parts"),
    [
        ([0, 1, 2, 3, 4], [4, 1], [0, 0, 0, 0, 1]),
        ([0, 0, 0, 1, 1], [4, 1], [0, 0, 0, 1, 1]),
        ([0, 1, 1, 1, 1], [4, 1], [0, 1, 1, 1, 1]),
        ([3, 2, 1, 0], [2, 2], [1, 1, 0, 0]),
        ([0, 1, 2, 2, 2, 2], [2, 2, 2], [0, 1, 2, 2, 2, 2]),
    ],
)
def test_time_is_cut_between_different_times(times, sizes, parts):
    assert in_time(pl.Series(times).to_numpy(), sizes).tolist() == parts


@pytest.mark.parametrize("values", [[True, False], [0.5, 1.5], pl.Series(["b", "a"], dtype=pl.Categorical), ["b", "a"]])
def test_values_of_any_type_are_classes(values):
    assert sorted(codes_of(pl.Series("y", values), "class", 2)) == [0, 1]


def test_the_largest_groups_are_spread_first():
    groups = np.array([0] * 6 + [1] * 4 + [2] * 3 + [3] * 3)
    part = dealt_groups(groups, random_keys(16, 0), 2)
    assert sorted(np.bincount(part)) in ([7, 9], [8, 8])


def test_random_keys_are_those_of_the_generator():
    assert random_keys(2, 7).tolist() == [11530976094092348043, 16550673365885938325]
