from datetime import datetime

import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, cyclical


def test_parts_are_points_on_a_circle():
    frame = pl.DataFrame(
        {"at": [datetime(2024, 1, 1, 0), datetime(2024, 1, 1, 6), datetime(2024, 1, 1, 12), None], "y": [1, 2, 3, 4]}
    )
    recipe = Recipe({"at": Column("timestamp", cyclical("hour"), missing=True)}, Target("y", "regression"))
    prepared = recipe.fit(frame)
    assert prepared.names == ("at_hour_sin", "at_hour_cos")
    np.testing.assert_allclose(prepared(frame), [[0, 1], [1, 0], [0, -1], [0, 0]], atol=1e-6)


def test_the_ends_of_a_year_meet():
    months = pl.DataFrame({"at": [datetime(2024, month, 1) for month in range(1, 13)], "y": range(12)})
    recipe = Recipe({"at": Column("timestamp", cyclical("month"))}, Target("y", "regression"))
    points = recipe.fit(months)(months)
    steps = np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-5)


@pytest.mark.parametrize("parts", [(), ("year",), ("is_weekend",)])
def test_parts_are_refused(parts):
    with pytest.raises(ValueError, match="recipe step 'cyclical' expects different parts of"):
        cyclical(*parts)
