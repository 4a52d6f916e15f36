from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data import written
from philtre.data.frames import to_column
from philtre.errors import SignatureError
from philtre.fields import Boolean, Number, Spelling, Timestamp

PRICE = Spelling(null_values=("n/a",), decimal=",", group=".", units=("€", "kg", "k"), factors=(1, 1, 1000))
STRING = pl.String()


def read(texts: list[str | None], view: written.View, spelling: Spelling) -> list[object]:
    frame = pl.DataFrame({"a": pl.Series(texts, dtype=pl.String)})
    return frame.select(view(pl.col("a"), STRING, spelling)).to_series().to_list()


@given(st.lists(st.text("0123456789.,-+()k€ kgeN/a\N{NO-BREAK SPACE}", max_size=12), min_size=1, max_size=20))
def test_a_frame_reads_numbers_as_a_field_does(texts: list[str]) -> None:
    def one(text: str) -> float | None:
        try:
            return None if PRICE.is_null(text) else PRICE.number(text)
        except ValueError:
            return None

    assert read(list(texts), written.numbers, PRICE) == [one(text) for text in texts]


def test_truths() -> None:
    spelling = Spelling(true=("x",), false=("",))
    assert read(["X", None, " ", "x ", "?"], written.truths, spelling) == [True, False, False, True, None]


@pytest.mark.parametrize(
    ("format_", "text", "moment"),
    [
        ("", "2020-12-31T23:59:59+01:00", datetime(2020, 12, 31, 22, 59, 59)),
        ("%d/%m/%Y", "31/12/1969", datetime(1969, 12, 31)),
        ("%b %d, %Y", "Dec 31, 2020", datetime(2020, 12, 31)),
        ("%Y-%m", "2020-12", datetime(2020, 12, 1)),
        ("%d-%b-%y", "31-Dec-20", datetime(2020, 12, 31)),
        ("%Y%m%d", "99991231", datetime(9999, 12, 31)),
        ("s", "-1", datetime(1969, 12, 31, 23, 59, 59)),
    ],
)
def test_moments(format_: str, text: str, moment: datetime) -> None:
    spelling = Spelling(format=format_, null_values=("-",))
    assert read([text, None, "-", "soon"], written.moments, spelling) == [moment, None, None, None]
    field = Timestamp(missing=True, spelling=spelling)
    assert to_column(pl.Series("a", [text, "-"]), field)[0] == field.encode([text], "a").astype("datetime64[us]")[0]


def test_names_fold_case_and_blanks() -> None:
    spelling = Spelling(null_values=("?",), fold=True)
    assert read([" Male", "male", "?", "", None], written.names, spelling) == ["male", "male", None, None, None]


def test_a_text_that_cannot_be_read_is_refused() -> None:
    field = Number(missing=True, spelling=PRICE)
    assert np.isnan(to_column(pl.Series("price", ["1,5", "n/a"]), field)[1])
    with pytest.raises(SignatureError, match="field 'price' expects a finite number or null, got '12O' in row 1"):
        to_column(pl.Series("price", ["1,5", "12O"]), field)
    with pytest.raises(SignatureError, match="field 'paid' expects true or false, got 'perhaps' in row 0"):
        to_column(pl.Series("paid", ["perhaps", "y"]), Boolean(spelling=Spelling(true=("y",))))


@given(
    st.lists(st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)), min_size=1, max_size=5),
    st.sampled_from(["%d.%m.%Y %H:%M:%S", "%Y%m%d", "%b %d, %Y %I:%M %p", "%Y-%m-%dT%H:%M:%S.%f", "%d-%B-%Y"]),
)
def test_a_frame_reads_moments_as_a_field_does(moments: list[datetime], format_: str) -> None:
    spelling = Spelling(format=format_)
    texts = [moment.strftime(format_) for moment in moments]
    wire = Timestamp(spelling=spelling).encode(texts, "a")
    assert read(list(texts), written.moments, spelling) == wire.astype("datetime64[us]").tolist()
    assert read(list(texts), written.moments, spelling) == [datetime.strptime(text, format_) for text in texts]
