import polars as pl
import pytest

from philtre.data.source.types import HEAD, cast_to, typed
from philtre.errors import DataError


@pytest.mark.parametrize(
    ("texts", "dtype"),
    [
        (["1", "-2", None], pl.Int64),
        (["1", "-0", "0"], pl.Int64),
        (["1", ""], pl.Int64),
        (["1", "2.5"], pl.Float64),
        (["1e3", "inf", ".5", "-2."], pl.Float64),
        (["1", "NaN"], pl.Float64),
        (["0.5", "00.5"], pl.Float64),
        (["9223372036854775807"], pl.Int64),
        (["9223372036854775808", "1"], pl.Int128),
        (["true", "False", ""], pl.Boolean),
        (["007", "8"], pl.String),
        (["-07", "8"], pl.String),
        (["+4722000000"], pl.String),
        (["NaN", "nan"], pl.String),
        (["1", "NA"], pl.String),
        (["$1,200"], pl.String),
        (["1,5"], pl.String),
        ([" 1", "2"], pl.String),
        (["2012-01-31"], pl.String),
        (["true", "yes"], pl.String),
        (["true", "1"], pl.String),
        (["", None], pl.String),
        ([None, None], pl.String),
        ([], pl.String),
    ],
)
def test_the_type_that_fits_all_values(texts, dtype):
    frame = typed(pl.DataFrame({"x": texts}, schema={"x": pl.String}))
    assert frame.schema["x"] == dtype
    assert frame["x"].is_null().to_list() == [text is None or (text == "" and dtype != pl.String) for text in texts]


@pytest.mark.parametrize(
    ("head", "last", "dtype"),
    [
        ("1", "2", pl.Int64),
        ("1", "2.5", pl.Float64),
        ("1", "old", pl.String),
        ("1", "007", pl.String),
        ("1", "9223372036854775808", pl.Int128),
        ("1.5", "old", pl.String),
        ("true", "old", pl.String),
        ("", "5", pl.Int64),
        ("", "2.5", pl.Float64),
        ("", "true", pl.Boolean),
        ("", "old", pl.String),
        (None, None, pl.String),
    ],
)
def test_a_last_row_counts_as_much_as_the_first(head, last, dtype):
    frame = typed(pl.DataFrame({"x": [head] * (HEAD + 1) + [last]}, schema={"x": pl.String}))
    assert frame.schema["x"] == dtype
    assert frame["x"].tail(1).is_not_null().all() == (last is not None)


def test_given_types_are_kept_or_refused():
    frame = pl.DataFrame({"x": ["1", ""], "y": ["a", "b"]})
    schema = pl.Schema({"x": pl.Int64, "y": pl.String})
    assert cast_to(frame, schema, "'file'").rows() == [(1, "a"), (None, "b")]
    bad = pl.DataFrame({"x": ["1", "NA"], "y": ["a", "b"]})
    with pytest.raises(DataError, match=r"'file', column 'x' expects values of type Int64, .*, got 'NA'"):
        cast_to(bad, schema, "'file'")
    assert cast_to(pl.DataFrame({"x": [None, ""]}), {"x": pl.Int64}, "'file'").rows() == [(None,), (None,)]
