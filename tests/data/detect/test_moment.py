from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data.detect import Detection, Evidence
from philtre.data.detect.moment import DATES, TIMES, detect_moments, formats_of
from philtre.fields import Spelling

DAYS = [datetime(2023, 11, day, hour, 5, tzinfo=UTC) for day, hour in zip(range(9, 29), range(20), strict=True)]
READABLE = [f"{date}{time}" for date in DATES for time in ("", " %H:%M", " %I:%M %p", "T%H:%M:%S")]


def detect(texts: list[str]) -> Detection | None:
    return detect_moments(Evidence.of(pl.Series("a", texts)))


@pytest.mark.parametrize("format_", READABLE)
def test_every_format_is_read_back(format_: str):
    """Whatever format is found, each text means the moment that it was made from."""
    found = detect([day.strftime(format_) for day in DAYS])
    assert found is not None
    assert found.kind == "timestamp"
    for day in DAYS:
        text = day.strftime(format_)
        assert found.spelling.moment(text).replace(tzinfo=UTC) == datetime.strptime(text, format_).replace(tzinfo=UTC)


@given(st.sampled_from(DATES), st.sampled_from(TIMES), st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)))
def test_a_text_has_the_shape_of_the_format_that_wrote_it(date: str, time: str, moment: datetime):
    assert date + time in formats_of(moment.strftime(date + time))


def test_iso_needs_no_format():
    assert detect(["2024-01-31T12:00:00Z", "2024-02-01 12:00"]) == Detection(
        "timestamp", Spelling(), "moments in ISO 8601"
    )


@pytest.mark.parametrize(
    ("texts", "format_"),
    [
        (["13/02/2024", "01/03/2024", "02/03/2024"], "%d/%m/%Y"),
        (["02/13/2024", "03/01/2024", "03/02/2024"], "%m/%d/%Y"),
        (["01/01/2024", "01/02/2024", "01/03/2024", "01/04/2024", "02/01/2024", "02/02/2024"], "%m/%d/%Y"),
    ],
    ids=["a thirteenth is no month", "nor here", "rows are in order of time"],
)
def test_day_and_month_are_told_apart(texts: list[str], format_: str):
    found = detect(texts)
    assert found is not None
    assert found.spelling.format == format_


def test_missing_and_mistyped_moments():
    found = detect([*(day.strftime("%d.%m.%Y") for day in DAYS), "n/a", "31.02.2024"])
    assert found is not None
    assert found.spelling == Spelling(null_values=("n/a", "31.02.2024"), format="%d.%m.%Y")
    assert "'31.02.2024' counts as missing" in found.note


def test_a_year_far_away_stands_for_no_moment():
    """Forms write 9999-12-31 for "never"."""
    found = detect([*(day.strftime("%Y-%m-%d") for day in DAYS), *["9999-12-31"] * 50])
    assert found is not None
    assert found.spelling.is_null("9999-12-31")
    assert "'9999-12-31' counts as missing" in found.note


NONE = [["7", "8"], ["1.2.3", "4.5.6"], ["May", "June"], ["2024-13-45"], ["9999-12-31"], ["a-b-c"], []]


@pytest.mark.parametrize("texts", NONE)
def test_other_texts_are_no_moments(texts: list[str]):
    assert detect_moments(Evidence.of(pl.Series("a", texts, dtype=pl.String))) is None
