"""What is done with a column, by what its values are like."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Recipe, calendar, clip, impute, log1p, one_hot, scale, target_encode, yeo_johnson

RANDOM = np.random.default_rng(0)
N = 400
Y = RANDOM.permutation([0, 1] * (N // 2))
NORMAL = RANDOM.normal(size=N)


def column(values) -> Column:
    return Recipe.infer(pl.DataFrame({"x": values, "y": Y}, strict=False), "y").columns["x"]


@pytest.mark.parametrize(
    ("values", "first", "word"),
    [
        (NORMAL, impute("median"), "none missing"),
        (np.exp(3 * NORMAL), log1p(), "skewed"),
        (np.exp(0.9 * NORMAL) / 3, yeo_johnson(), "skewed"),
        (-np.exp(3 * NORMAL), log1p(), "skewed"),
        (np.concatenate([NORMAL[4:], [90, -90, 90, -90]]), clip(quantiles=(0.002, 0.998)), "outliers"),
    ],
    ids=["like a bell", "orders of magnitude", "small and skewed", "negative", "outliers on both sides"],
)
def test_numbers_are_brought_together(values, first, word):
    found = column(values)
    assert found.steps[0] == first
    assert found.steps[-1] == scale("standard")
    assert word in found.reason


def test_an_ordered_count_keeps_its_steps():
    assert column(RANDOM.poisson(1, N)).steps == (scale("standard"),)


def moments(*steps: timedelta):
    return [datetime(2020, 11, 30, 8) + sum(steps, timedelta()) * i for i in range(N)]


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        (timedelta(hours=7), ("year", "month", "day", "weekday", "hour")),
        (timedelta(days=1), ("year", "month", "day", "weekday", "hour")),
        (timedelta(minutes=30), ("month", "day", "weekday", "hour")),
    ],
)
def test_of_moments_the_parts_that_differ_are_taken(step, parts):
    found = column(moments(step))
    assert found.steps == (calendar(*parts, scaled=True),)
    assert found.ordered


def test_dates_have_no_hour():
    found = column([moment.date() for moment in moments(timedelta(days=2))])
    assert found.steps == (calendar("year", "month", "day", "weekday", scaled=True),)


def test_moments_of_one_day_are_seconds():
    found = column(RANDOM.permutation(np.array(moments(timedelta(seconds=40)), "M8[us]")))
    assert [step.name for step in found.steps] == ["age", "scale"]
    assert not found.ordered


def test_names_that_are_mostly_rare_become_the_mean_of_the_target():
    found = column([f"house {number}" for number in RANDOM.integers(0, 150, N)])
    assert found.steps == (target_encode(),)
    assert "mean of the target" in found.reason


def test_names_that_come_often_become_features():
    found = column(RANDOM.choice(["red", "green", "blue"], N))
    assert isinstance(found.steps[0], type(one_hot()))


@pytest.mark.parametrize(("name", "dropped"), [("price number", False), ("invoice number", True)])
def test_decimals_identify_nothing(name, dropped):
    values = NORMAL * 1_000 if not dropped else pl.Series([None, *RANDOM.permutation(10_000)[1:N]]).cast(pl.Float64)
    assert Recipe.infer(pl.DataFrame({name: values, "y": Y}), "y").columns[name].dropped == dropped


def test_a_column_of_numbers_beyond_float32_says_so():
    assert "float32" in column([1e300 * (i + 1) for i in range(N)]).reason
