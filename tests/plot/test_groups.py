import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.plot import group_numbers, group_values, outcome

floats = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(floats, max_size=50))
def test_every_number_is_in_one_bin_or_missing(values):
    groups = group_numbers(values)
    assert groups.missing == sum(not math.isfinite(value) for value in values)
    assert groups.counts.sum() + groups.missing == len(values)
    assert len(groups.labels) == len(groups.counts) == len(groups.edges) - 1 <= 60
    assert np.all(np.diff(groups.edges) > 0)


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=50))
def test_every_value_is_in_one_group(values):
    groups = group_values(values, top=3)
    assert groups.counts.sum() == len(values)
    assert groups.missing == values.count(None)
    assert len(set(groups.labels)) == len(groups.labels) <= 6


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["no", "yes"])), min_size=3, max_size=60))
def test_the_outcome_of_all_is_that_of_the_groups_together(rows):
    result = outcome([label for _, label in rows])
    groups = group_values([value for value, _ in rows], result)
    whole = (groups.means * groups.counts[:, None]).sum(axis=0) / len(rows)
    np.testing.assert_allclose(whole, result.mean)
    assert 0 <= groups.explained <= 1
    assert np.all((groups.lows <= groups.means + 1e-9) & (groups.means <= groups.highs + 1e-9))


def test_the_rare_and_the_missing_stand_last():
    groups = group_values(["a"] * 3 + ["b"] * 2 + list("cdefg") + [None], top=2)
    assert groups.labels == ("a", "b", "5 others", "missing")
    assert groups.counts.tolist() == [3, 2, 5, 1]
    assert groups.special.tolist() == [False, False, True, True]


def test_one_other_is_called_by_its_name():
    assert group_values(list("aabc"), top=2).labels == ("a", "b", "c")


def test_values_that_look_alike_stay_apart():
    assert group_values(["missing", None, "x" * 99 + "1", "x" * 98 + "01"]).counts.tolist() == [1, 1, 1, 1]


def test_a_column_that_knows_the_target_explains_all_of_it():
    rows = ["a", "b"] * 50
    assert group_values(rows, outcome(rows)).explained == pytest.approx(1)
    assert group_numbers(np.arange(100), outcome(rows)).explained < 0.2


def test_chance_explains_nothing():
    random = np.random.default_rng(0)
    values = random.integers(0, 50, 400).tolist()
    assert group_values(values, outcome(random.normal(size=400)), top=100).explained < 0.05


def test_a_constant_target_is_not_explained():
    assert group_values(list("ab"), outcome([1.0, 1.0])).explained == 0


def test_the_missing_have_an_outcome_too():
    groups = group_numbers([1.0, 2.0, math.nan], outcome([1.0, 3.0, 10.0]))
    assert groups.missing_mean.tolist() == [10.0]
