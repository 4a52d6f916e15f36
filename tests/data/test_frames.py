from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from philtre.data.frames import from_columns, is_frame, to_columns, to_polars
from philtre.errors import DataError
from philtre.fields import Boolean, Category, Number, Timestamp
from philtre.signature import Signature

ROWS = {"age": [22.0, None, 4.0], "class": [3, 1, None], "name": ["Ann", None, ""], "alive": [True, False, None]}

KINDS = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: pd.DataFrame(ROWS),
    "pandas arrow": lambda frame: pd.DataFrame(ROWS).convert_dtypes(dtype_backend="pyarrow"),
    "pyarrow": lambda frame: pa.table(ROWS),
}


@pytest.fixture(params=KINDS)
def frame(request: pytest.FixtureRequest):
    return KINDS[request.param](pl.DataFrame(ROWS))


def signature(**inputs) -> Signature:
    return Signature(inputs, {})


def test_every_kind_of_frame_encodes_alike(frame):
    asked = signature(
        **{"class": Category(("1", "3"), missing=True), "name": Category(("Ann",), missing=True)},
        age=Number(missing=True),
        alive=Boolean(missing=True),
    )
    wires = asked.encode_columns(to_columns(frame, asked))
    assert wires["class"].tolist() == ["3", "1", ""]
    assert wires["name"].tolist() == ["Ann", "", ""]
    assert wires["alive"].tolist() == [1, 0, -1]
    np.testing.assert_array_equal(wires["age"], np.array([22, np.nan, 4], np.float32))


def test_answers_come_back_in_the_kind_of_the_frame_that_was_asked(frame):
    answers = {"label": ["a", "b", "a"], "probabilities": [{"a": 0.75, "b": 0.25}] * 3}
    answer = from_columns(answers, frame)
    assert type(answer) is type(frame)
    assert to_polars(answer).to_dict(as_series=False) == {
        "label": ["a", "b", "a"],
        "probability_a": [0.75] * 3,
        "probability_b": [0.25] * 3,
    }


def test_a_pandas_index_is_kept():
    asked = pd.DataFrame({"x": [1, 2]}, index=[7, 9])
    assert from_columns({"prediction": [0.5, 1.5]}, asked).index.tolist() == [7, 9]


def test_whole_numbers_with_missing_ones_become_floats():
    column = to_columns(pl.DataFrame({"n": [1, None]}), signature(n=Number(integer=True, missing=True)))["n"]
    assert column.dtype == np.float64
    np.testing.assert_array_equal(column, [1, np.nan])


def test_whole_numbers_without_missing_ones_keep_all_their_bits():
    column = to_columns(pl.DataFrame({"n": [2**62 + 1]}), signature(n=Number(integer=True)))["n"]
    assert column.dtype == np.int64
    assert column.tolist() == [2**62 + 1]


def test_categories_are_spelled_as_text():
    frame = pl.DataFrame(
        {
            "whole": [3, None],
            "whole as floats": [3.0, float("nan")],
            "fraction": [0.1, float("inf")],
            "truth": [True, False],
            "enum": pl.Series(["a", None], dtype=pl.Enum(["a"])),
            "long": [2**62 + 1, 0],
        }
    )
    columns = to_columns(frame, signature(**{name: Category((), unknown=True) for name in frame.columns}))
    assert {name: column.tolist() for name, column in columns.items()} == {
        "whole": ["3", None],
        "whole as floats": ["3", None],
        "fraction": ["0.1", None],
        "truth": ["true", "false"],
        "enum": ["a", None],
        "long": [str(2**62 + 1), "0"],
    }


def test_moments_become_microseconds_in_utc():
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "naive": [datetime(2024, 5, 1, 12), None],
            "zoned": pl.Series([noon, None]).dt.convert_time_zone("America/New_York"),
            "day": [date(2024, 5, 1), None],
        }
    )
    asked = signature(naive=Timestamp(missing=True), zoned=Timestamp(missing=True), day=Timestamp(missing=True))
    columns = to_columns(frame, asked)
    assert {str(column.dtype) for column in columns.values()} == {"datetime64[us]"}
    assert Timestamp(missing=True).decode(asked.encode_columns(columns)["zoned"]) == [noon, None]
    assert columns["naive"][0] == columns["zoned"][0] == columns["day"][0] + np.timedelta64(12, "h")
    assert np.isnat([column[1] for column in columns.values()]).all()


def test_columns_that_the_signature_does_not_name_are_left_alone():
    assert list(to_columns(pl.DataFrame({"a": [1], "b": [2]}), signature(b=Number()))) == ["b"]


def test_an_empty_frame_has_empty_columns():
    columns = to_columns(pl.DataFrame({"a": [], "b": []}), signature(a=Number(missing=True), b=Category(("x",))))
    assert [len(column) for column in columns.values()] == [0, 0]


@pytest.mark.parametrize("value", [3, "text", [1, 2], {"a": [1]}, np.zeros(2), pl.Series([1])])
def test_other_values_are_no_frames(value: object):
    assert not is_frame(value)
    with pytest.raises(DataError, match="expects a data frame, got a"):
        to_polars(value)


def test_duplicate_names_are_refused():
    frame = pd.DataFrame(np.zeros((1, 3)), columns=["a", "b", "a"])
    assert is_frame(frame)
    with pytest.raises(DataError, match="column names that differ, got 'a' 2 times"):
        to_polars(frame)


def test_empty_names_are_refused():
    with pytest.raises(DataError, match="no name for column 2 of 2"):
        to_polars(pl.DataFrame({"a": [1], "": [2]}))
