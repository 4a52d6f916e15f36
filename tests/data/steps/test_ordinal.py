import numpy as np
import polars as pl
import pytest
from sklearn.preprocessing import OrdinalEncoder

from philtre.data import Column, Recipe, Target, ordinal, scale


def test_the_order_is_the_given_one():
    column = Column("category", ordinal("low", "middle", "high"), missing=True)
    frame = pl.DataFrame({"size": ["high", "low", "low", "huge", None], "y": [1, 2, 3, 4, 5]})
    prepared = Recipe({"size": column}, Target("y", "regression")).fit(frame)
    assert prepared.fields["size"].values == ("low", "middle", "high")
    assert prepared(frame).tolist() == [[2], [0], [0], [-1], [-1]]


def test_without_an_order_values_are_sorted_as_scikit_learn_does(fit):
    values = ["b", "c", "a", "b"]
    theirs = OrdinalEncoder().fit(np.array(values)[:, None])
    fitted = fit(ordinal(), values)
    assert fitted.values == tuple(theirs.categories_[0])
    assert fitted.numbers == (0, 1, 2)


def test_whole_numbers_are_sorted_by_size(fit):
    assert fit(ordinal(), ["10", "9", "-1"]).values == ("-1", "9", "10")


def test_rare_values_count_as_unknown(fit):
    assert fit(ordinal(rare=0.3), ["a", "a", "a", "b"]).values == ("a",)


def test_its_numbers_can_be_scaled(people: pl.DataFrame):
    column = Column("category", ordinal("Rome", "Oslo", "Lima"), scale("min_max"), missing=True)
    prepared = Recipe({"city": column}, Target("bought", "classification")).fit(people)
    assert set(np.unique(prepared(people))) == {0, 0.5, 1}


@pytest.mark.parametrize("order", [("a", "a"), ("",), (1, 2)])
def test_an_order_has_different_names(order):
    with pytest.raises(ValueError, match="names that differ and are not empty"):
        ordinal(*order)
