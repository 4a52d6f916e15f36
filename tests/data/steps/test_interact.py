import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, boolean, impute, interact, one_hot
from philtre.errors import DataError

FRAME = pl.DataFrame(
    {
        "price": [1.5, None, 4.0, 0.5],
        "count": [2, 3, 2**40, 5],
        "sold": [True, False, None, True],
        "shop": ["a", "b", "a", "b"],
        "y": [1, 2, 3, 4],
    }
)
COLUMNS = {
    "price": Column("number", impute(), missing=True),
    "count": Column("integer"),
    "sold": Column("boolean", boolean(), missing=True),
    "shop": Column("category", one_hot()),
}


def product(*names: str) -> list[float]:
    column = Column("derived", interact(*names), impute("constant", value=-1), missing=True)
    prepared = Recipe({**COLUMNS, "product": column}, Target("y", "regression")).fit(FRAME)
    executables = prepared.program.compile("xla"), prepared.program.compile("onnx")
    here, there = (e.predict(FRAME)["features_product"].to_list() for e in executables)
    np.testing.assert_allclose(here, there)
    return here


def test_numbers_are_multiplied_and_missing_ones_stay_so():
    assert product("price", "count") == [3, -1, 2.0**42, 2.5]


def test_booleans_are_zero_and_one():
    assert product("count", "sold") == [2, 0, -1, 5]


def test_a_column_can_be_squared():
    assert product("price", "price") == [2.25, -1, 16, 0.25]


def test_names_need_not_be_python_names():
    frame = pl.DataFrame({"a.b": [1.0, 2.0], 'say "x"': [3.0, 5.0], "y": [1, 2]})
    columns = {"a.b": Column("number"), 'say "x"': Column("number")}
    recipe = Recipe(columns, Target("y", "regression")) | interact("a.b", 'say "x"')
    namespace: dict = {}
    exec(recipe.code(), namespace)
    assert namespace["recipe"] == recipe
    assert recipe.fit(frame)(frame)[:, 2].tolist() == [-1, 1]


def test_what_cannot_be_multiplied_is_refused():
    with pytest.raises(DataError, match="two columns or more"):
        interact("price")
    with pytest.raises(DataError, match=r"columns of \['boolean', 'integer', 'number'\], got 'shop', category"):
        product("price", "shop")
