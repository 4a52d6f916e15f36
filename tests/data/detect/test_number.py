import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from philtre.data import written
from philtre.data.detect import Detection, Evidence
from philtre.data.detect.number import detect_durations, detect_numbers
from philtre.fields import Number, Spelling
from philtre.fields.spelling import CLOCK


def evidence(texts: list[str]) -> Evidence:
    return Evidence.of(pl.Series("a", texts, dtype=pl.String))


def spelled(texts: list[str]) -> Spelling:
    found = detect_numbers(evidence(texts))
    assert found is not None
    assert found.kind == "number"
    return found.spelling


STYLES = {
    "1,234.50": (",", "."),
    "1.234,50": (".", ","),
    "1 234,50": (" ", ","),
    "1'234.50": ("'", "."),
    "1\N{NO-BREAK SPACE}234.50": ("\N{NO-BREAK SPACE}", "."),
}


def write(cents: int, style: str, unit: str, before: bool) -> str:
    group, decimal = STYLES[style]
    whole, rest = divmod(abs(cents), 100)
    digits = f"{whole:,}".replace(",", group) + f"{decimal}{rest:02}"
    sign = "-" if cents < 0 else ""
    return f"{sign}{unit}{digits}" if before else f"{sign}{digits}{unit}"


@given(
    st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=12),
    st.sampled_from(list(STYLES)),
    st.sampled_from([("$", True), ("€", False), (" kg", False), ("%", False), ("", True)]),
)
@example([123_456, 100_001], "1.234,50", ("€", False))
def test_what_is_written_in_one_style_is_read_back(numbers: list[int], style: str, unit: tuple[str, bool]):
    """Detected, then read by the frame's expression and by the field of the served file: the same numbers."""
    cents = [123_456_789, *numbers]  # one number shows both marks
    texts = [write(each, style, *unit) for each in cents]
    spelling = spelled(texts)
    expected = [each / 100 for each in cents]
    frame = pl.DataFrame({"a": texts})
    read = frame.select(written.numbers(pl.col("a"), pl.String(), spelling)).to_series()
    assert read.to_list() == pytest.approx(expected, rel=1e-12)
    field = Number(missing=True, spelling=spelling)
    assert field.encode(texts, "a").tolist() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("texts", "spelling"),
    [
        (["3", "4"], Spelling(group=",")),
        (["$1,200", "$3"], Spelling(group=",", units=("$",))),
        (["1.200,5 €", "3 €"], Spelling(decimal=",", group=".", units=("€",))),
        (["1,5", "2,25"], Spelling(decimal=",")),
        (["1,500", "2,250"], Spelling(group=",")),
        (["0,500", "2,250"], Spelling(decimal=",", group=".")),
        (["1.200.000", "3.000.000"], Spelling(decimal=",", group=".")),
        (["2.5", "2,5"], Spelling(decimal=".,")),
        (["12%", "7%"], Spelling(group=",", units=("%",))),
        (["5 days", "1 day"], Spelling(group=",", units=("day", "days"), factors=(1, 1))),
        (["12k", "900"], Spelling(group=",", units=("k",), factors=(1000,))),
        (["1 kg", "250 g"], Spelling(group=",", units=("g", "kg"), factors=(1, 1000))),
        (["1 kg", "2 kg"], Spelling(group=",", units=("kg",))),
        (["<5", "7"], Spelling(group=",", units=("<",))),
    ],
    ids=lambda value: " | ".join(value) if isinstance(value, list) else "",
)
def test_marks_and_units(texts: list[str], spelling: Spelling):
    assert spelled(texts) == spelling


def test_what_is_no_number_counts_as_missing_and_is_told():
    found = detect_numbers(evidence(["n/a", "sold out", *map(str, range(20))]))
    assert found is not None
    assert found.spelling.null_values == ("n/a", "sold out")
    assert "'sold out' counts as missing" in found.note


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["007", "12"], id="a leading zero makes a code"),
        pytest.param(["A1", "B2", "C3"], id="letters in front"),
        pytest.param(["12A", "12B", "14C", "15D"], id="rare letters behind"),
        pytest.param(["c1", "c2", "c30"], id="a letter c is not about"),
        pytest.param(["10a", "20b", "30c", "40d", "50e", "60f", "70g"], id="more units than one quantity has"),
        pytest.param(["192.168.0.1", "10.0.0.1"], id="addresses"),
        pytest.param(["red", "green"], id="names"),
        pytest.param([], id="nothing"),
    ],
)
def test_texts_that_are_no_numbers(texts: list[str]):
    assert detect_numbers(evidence(texts)) is None


@pytest.mark.parametrize("texts", [["3:45:12", "0:59:01"], ["26:10", "3:00"], ["4:05 min", "12:30 min"]])
def test_durations_become_seconds(texts: list[str]):
    found = detect_durations(evidence(texts))
    assert found is not None
    assert found.spelling.format == CLOCK


def test_a_duration_in_seconds():
    found = detect_durations(evidence(["3:45:12", "0:59:01"]))
    assert isinstance(found, Detection)
    assert found.spelling.number("3:45:12") == 3 * 3600 + 45 * 60 + 12


@pytest.mark.parametrize("texts", [["12:30", "23:59"], ["12:30 pm"], ["a:b"], []])
def test_times_of_the_day_are_no_durations(texts: list[str]):
    assert detect_durations(evidence(texts)) is None
