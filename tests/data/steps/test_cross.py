import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Prepared, Recipe, Target, cross, drop, frequency, impute, one_hot, ordinal
from philtre.errors import DataError

FRAME = pl.DataFrame(
    {
        "city": ["Oslo", "Lima", "Oslo", None, "Rome", "Lima"],
        "size": ["s", "l", "s", "l", "l", "l"],
        "y": [1, 2, 3, 4, 5, 6],
    }
)
CITY, SIZE = Column("category", one_hot(), missing=True), Column("category", ordinal(), drop(), missing=True)


def crossed(*steps, city: Column = CITY) -> Prepared:
    columns = {"city": city, "size": SIZE, "both": Column("derived", cross("city", "size"), *steps)}
    return Recipe(columns, Target("y", "regression")).fit(FRAME)


def both(prepared: Prepared, frame: pl.DataFrame, target: str = "xla") -> np.ndarray:
    executable = prepared.program.compile(target)
    answers = executable.predict(frame)
    return answers.select(f"features_{name}" for name in prepared.names if name.startswith("both")).to_numpy()


def test_each_combination_has_a_feature(target: str):
    prepared = crossed(one_hot())
    assert prepared.names[4:] == ("both=Lima&l", "both=Oslo&s", "both=Rome&l", "both=_missing&l")
    asked = pl.DataFrame({"city": ["Oslo", "Oslo", None, "new"], "size": ["s", "l", "l", "l"]})
    assert both(prepared, asked, target).tolist() == [[0, 1, 0, 0], [0] * 4, [0, 0, 0, 1], [0] * 4]


def test_rare_combinations_are_grouped(target: str):
    prepared = crossed(one_hot(rare=0.3))
    assert prepared.names[4:] == ("both=Lima&l", "both=Oslo&s", "both_rare")
    assert both(prepared, FRAME, target).sum(axis=0).tolist() == [2, 2, 2]


def test_values_that_are_rare_alone_are_rare_in_a_combination():
    prepared = crossed(one_hot(), city=Column("category", one_hot(rare=0.3), missing=True))
    assert "both=_rare&l" in prepared.names


def test_a_combination_can_become_its_frequency(target: str):
    prepared = crossed(frequency())
    np.testing.assert_allclose(both(prepared, FRAME, target)[:, 0] * 6, [2, 2, 2, 1, 1, 2])


def test_a_category_that_is_not_numbered_first_is_refused():
    filled = Column("category", impute("most_frequent"), one_hot(), missing=True)
    for city in (filled, Column("category", drop())):
        with pytest.raises(DataError, match="categories whose first step numbers them"):
            crossed(one_hot(), city=city)


def test_too_many_combinations_are_refused():
    frame = pl.DataFrame({"a": map(str, range(1100)), "b": map(str, range(1100)), "y": range(1100)})
    columns = {name: Column("category", ordinal()) for name in ("a", "b")}
    recipe = Recipe(columns, Target("y", "regression")) | cross("a", "b")
    with pytest.raises(DataError, match="at most 1,000,000 combinations, got 1,214,404"):
        recipe.fit(frame)


@pytest.mark.parametrize("columns", [(), ("a",), ("a", "a")])
def test_columns_are_refused(columns):
    with pytest.raises(DataError, match="two columns or more, each once"):
        cross(*columns)
