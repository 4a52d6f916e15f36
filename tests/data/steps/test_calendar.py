from datetime import datetime

import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Prepared, Recipe, Target, calendar

FRAME = pl.DataFrame(
    {
        "at": [datetime(2024, 2, 29, 13, 5), datetime(1969, 7, 20, 20, 17), datetime(2023, 12, 31), None],
        "y": [1.0, 2.0, 3.0, 4.0],
    }
)


def prepared(step) -> Prepared:
    return Recipe({"at": Column("timestamp", step, missing=True)}, Target("y", "regression")).fit(FRAME)


def test_each_part_is_a_feature():
    ready = prepared(calendar("year", "month", "weekday", "hour", "is_weekend"))
    assert ready.names == ("at_year", "at_month", "at_weekday", "at_hour", "at_is_weekend")
    assert ready(FRAME).tolist() == [[2024, 2, 4, 13, 0], [1969, 7, 7, 20, 1], [2023, 12, 7, 0, 1], [0] * 5]


def test_an_indicator_tells_where_the_moment_is_missing():
    ready = prepared(calendar("quarter", indicator=True))
    assert ready.names == ("at_quarter", "at_missing")
    assert ready(FRAME).tolist() == [[1, 0], [3, 0], [4, 0], [0, 1]]


def test_parts_can_be_scaled():
    features = prepared(calendar("year", "dayofyear", "minute", scaled=True))(FRAME)[:3]
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(features.std(axis=0), 1, rtol=1e-4)


def test_a_part_that_never_changes_is_only_shifted():
    assert prepared(calendar("year", scaled=True))(FRAME.head(1)).shape == (1, 1)
    same = FRAME.with_columns(at=pl.lit(datetime(2024, 5, 1)))
    recipe = Recipe({"at": Column("timestamp", calendar("year", scaled=True))}, Target("y", "regression"))
    assert recipe.fit(same)(same).tolist() == [[0]] * 4


@pytest.mark.parametrize("parts", [(), ("years",), ("month", "month")])
def test_parts_are_refused(parts):
    with pytest.raises(ValueError, match="recipe step 'calendar' expects different parts of"):
        calendar(*parts)
