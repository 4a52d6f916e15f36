"""Hashed: buckets in place of names, the same in the fit and at the boundary."""

import zlib

import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, cross, derive, drop, hashed, one_hot
from philtre.errors import DataError
from philtre.fields import Hashed, Spelling

TARGET = Target("y", "regression")


def frame(values: list) -> pl.DataFrame:
    return pl.DataFrame({"x": values, "y": [float(i) for i in range(len(values))]})


def test_a_value_is_one_in_the_bucket_of_its_text():
    prepared = Recipe({"x": Column("category", hashed(8))}, TARGET).fit(frame(["Oslo", "Lima", "Oslo"]))
    assert prepared.names == tuple(f"x=#{bucket}" for bucket in range(8))
    assert prepared.fields == {"x": Hashed(8)}
    features = prepared(frame(["Oslo", "never seen", "Lima"]))
    assert features.argmax(1).tolist() == [zlib.crc32(text.encode()) % 8 for text in ("Oslo", "never seen", "Lima")]
    assert features.sum(1).tolist() == [1, 1, 1]


def test_nothing_of_the_values_is_stored():
    many = frame([f"value {i}" for i in range(3000)])
    prepared = Recipe({"x": Column("category", hashed(16))}, TARGET).fit(many)
    assert "value 7" not in repr(prepared.columns)
    assert 100 < prepared(many).sum(0).min() < prepared(many).sum(0).max() < 300


def test_missing_values_have_a_feature_if_the_fit_saw_some():
    column = Column("category", hashed(4), missing=True)
    prepared = Recipe({"x": column}, TARGET).fit(frame(["a", None, "b"]))
    assert prepared.names[-1] == "x_missing"
    assert prepared(frame([None, "", "c"]))[:, -1].tolist() == [1, 1, 0]
    assert not prepared(frame([None, ""]))[:, :-1].any()
    unaware = Recipe({"x": column}, TARGET).fit(frame(["a", "b"]))
    assert len(unaware.names) == 4
    assert not unaware(frame([None])).any()


def test_the_spelling_of_the_column_counts():
    spelling = Spelling(null_values=("?",), fold=True)
    prepared = Recipe({"x": Column("category", hashed(64), missing=True, spelling=spelling)}, TARGET).fit(
        frame(["A", "?", "b"])
    )
    rows = prepared(frame([" a", "A ", "?", "B"]))
    assert (rows[0] == rows[1]).all()
    assert rows[2, -1] == 1
    by_row = prepared.program.predict([{"x": text} for text in (" a", "A ", "?", "B")])
    np.testing.assert_array_equal(rows, [list(row["features"].values()) for row in by_row])


def test_other_columns_can_be_computed_from_it(target: str):
    table = frame(["a", None, "b", "a"]).with_columns(z=pl.Series(["u", "u", "v", "v"]))
    columns = {
        "x": Column("category", hashed(4), drop(), missing=True),
        "z": Column("category", one_hot(), missing=True),
    }
    recipe = Recipe(columns, TARGET) | cross("x", "z") | derive(bucket=lambda x: x)
    prepared = recipe.fit(table)
    a, b = (zlib.crc32(text) % 4 for text in (b"a", b"b"))
    assert {f"x&z=#{a}&u", f"x&z=#{b}&v", "x&z=_missing&u"} <= set(prepared.names)
    answers = prepared.program.compile(target).predict(table.drop("y"))
    assert answers[f"features_x&z=#{a}&v"].to_list() == [0, 0, 0, 1]
    assert answers["features_x&z=_missing&u"].to_list() == [0, 1, 0, 0]


@pytest.mark.parametrize("buckets", [0, -1, 100_000])
def test_buckets_are_within_reason(buckets: int):
    with pytest.raises(DataError, match="'hashed' expects 1 to 65,536 buckets"):
        hashed(buckets)
