import polars as pl
import pytest

from philtre.data import Column, Target, drop, impute, scale
from philtre.data.seen import see, see_derived, see_target
from philtre.plot import outcome

YES_NO = outcome(["no", "yes"] * 3, "bought")


def test_a_number_has_quartiles_and_bins():
    frame = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 5.0, None]})
    seen = see("x", Column("number", impute(), scale(), missing=True), frame, YES_NO)
    assert seen.quartiles == (1, 2, 3, 4, 5)
    assert (seen.distinct, seen.groups.missing) == (5, 1)


def test_values_are_those_that_the_fit_sees():
    frame = pl.DataFrame({"x": [1.0, float("inf"), float("nan"), 1e300, 2.0, 3.0]})
    seen = see("x", Column("number", impute(), scale(), missing=True), frame, YES_NO)
    assert seen.groups.missing == 3
    levels = see("x", Column("category", drop()), pl.DataFrame({"x": [3, 3, 1, 1, 2, 2]}), YES_NO)
    assert levels.groups.labels == ("1", "2", "3")


def test_a_column_that_is_the_target_explains_all_of_it():
    frame = pl.DataFrame({"x": [False, True] * 3})
    assert see("x", Column("boolean", drop()), frame, YES_NO).explained == pytest.approx(1)


@pytest.mark.parametrize("values", [[[1]] * 6, [{"a": 1}] * 6, [b"x"] * 6])
def test_what_has_no_values_to_show_is_left_alone(values):
    assert see("x", Column("other", drop()), pl.DataFrame({"x": values}), YES_NO).groups is None


def test_a_dropped_column_may_be_absent():
    seen = see("gone", Column("text", drop()), pl.DataFrame({"x": [1]}), YES_NO)
    assert seen.groups is None
    assert seen.explained == 0


def test_a_derived_column_is_seen_by_its_feature():
    column = Column("integer", scale())
    assert see_derived("x", column, None, YES_NO).groups is None
    assert see_derived("x", column, pl.Series([1.0] * 6).to_numpy(), YES_NO).groups.counts.sum() == 6


def test_the_target_is_seen_as_classes_in_order_or_as_a_number():
    frame = pl.DataFrame({"y": [10, 9, 9, 1]})
    groups, result = see_target(Target("y", "classification"), frame)
    assert groups.labels == ("9", "1", "10")
    assert result.classes == ("1", "9", "10")
    groups, result = see_target(Target("y", "regression"), frame)
    assert groups.edges is not None
    assert result.mean == pytest.approx(7.25)
