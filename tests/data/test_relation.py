"""Relation: how well a column alone tells the target, on rows it was not looked up in."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from philtre.data import Column, Recipe, Target, drop, one_hot, scale
from philtre.data.relation import Relation, relations, suspects

RANDOM = np.random.default_rng(0)
N = 4_000
NUMBER = Column("number", scale("standard"))
NAME = Column("category", one_hot())


def strength(values, goal, column=NUMBER, task="classification"):
    frame = pl.DataFrame({"x": values, "y": goal}, strict=False)
    return relations(frame, {"x": column}, Target("y", task))["x"].strength


def test_of_two_classes_it_is_the_area_under_the_curve():
    late = RANDOM.integers(0, 2, N)
    delay = RANDOM.normal(size=N) + 1.8 * late
    assert strength(delay, late) == pytest.approx(2 * roc_auc_score(late, delay) - 1, abs=0.02)


def test_of_numbers_it_is_the_variance_that_is_explained():
    x = RANDOM.normal(size=N)
    y = x + RANDOM.normal(size=N)
    assert strength(x, y, task="regression") == pytest.approx(0.5, abs=0.07)


def test_it_need_not_rise_with_the_value():
    x = RANDOM.normal(size=N)
    assert strength(x, np.abs(x) > 0.67) > 0.95


@pytest.mark.parametrize("column", [NUMBER, NAME])
def test_values_that_occur_once_tell_nothing(column):
    values = RANDOM.permutation(N)
    assert strength(values.astype(str) if column is NAME else values, RANDOM.integers(0, 2, N), column) < 0.08


def test_which_rows_lack_a_value_counts():
    y = RANDOM.integers(0, 2, N)
    x = np.where(y == 1, np.nan, RANDOM.normal(size=N))
    frame = pl.DataFrame({"x": pl.Series(x).fill_nan(None), "y": y})
    recipe = Recipe.infer(frame, "y")
    assert relations(frame, recipe.columns, recipe.target)["x"].strength > 0.98


def test_every_class_counts_by_its_share():
    flower = RANDOM.integers(0, 3, N)
    assert strength(flower + RANDOM.normal(scale=0.1, size=N), flower) > 0.99


def test_columns_that_are_dropped_are_left_out():
    frame = pl.DataFrame({"x": [1.0, 2.0] * 10, "y": [0, 1] * 10})
    assert relations(frame, {"x": Column("number", drop())}, Target("y", "classification")) == {}


@pytest.mark.parametrize(
    ("strengths", "said"),
    [
        ({"delay": 0.80, "hour": 0.35}, {"delay"}),
        ({"length": 0.85, "width": 0.80}, set()),
        ({"copy": 1.00, "length": 0.95}, {"copy"}),
        ({"a": 0.60, "b": 0.10}, set()),
        ({"alone": 0.90}, {"alone"}),
    ],
)
def test_a_suspect_is_certain_or_stands_out(strengths, said):
    found = suspects({name: Relation("classification", value) for name, value in strengths.items()})
    assert set(found) == said
    assert all("suspect" in text and "AUC" in text for text in found.values())
