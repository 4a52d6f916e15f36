import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import SignatureError
from philtre.fields import Boolean, Category, Number, Spelling, Timestamp
from philtre.signature import Signature


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.200,50 €", 1200.5),
        ("-3,5kg", -3.5),
        ("€ -3,5", -3.5),
        ("12k", 12_000),
        ("(1.234,00)", -1234),
        ("1 234 567", 1_234_567),
        ("1\N{NO-BREAK SPACE}234", 1234),
        ("\N{MINUS SIGN}7", -7),
        ("1E3", 1000),
    ],
)
def test_numbers_as_people_write_them(text: str, number: float) -> None:
    assert Spelling(decimal=",", group=".", units=("€", "kg", "k"), factors=(1, 1, 1000)).number(text) == number


@pytest.mark.parametrize("text", ["", "€", "1.2.3", "1,2,3", "12 lb", "(3", "3)", "--3", "12O", "1 2", "0x10", "nan"])
def test_other_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        Spelling(decimal=",", group=".", units=("€",)).number(text)


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", ".", " ", ""]), st.sampled_from(["$", "kg", "%", ""]))
def test_grouped_numbers_are_read_back(number: int, group: str, unit: str) -> None:
    text = f"{number:,}".replace(",", group)
    spelling = Spelling(group=group.strip(), decimal="," if group == "." else ".", units=(unit,) if unit else ())
    assert spelling.number(text + unit) == number
    assert spelling.number(f"{unit} {text} ") == number


def test_a_number_takes_its_spelling_and_plain_numbers() -> None:
    price = Number(missing=True, spelling=Spelling(null_values=("n/a",), units=("$",), group=","))
    assert price.encode(["$1,200", 3, " N/A ", None, ""], "price").tolist()[:2] == [1200, 3]
    with pytest.raises(SignatureError, match="got '12 pounds' in row 1"):
        price.encode([1, "12 pounds"], "price")


def test_json_rows_may_use_the_spelling() -> None:
    fields = {
        "price": Number(missing=True, spelling=Spelling(null_values=("-",), units=("$",))),
        "paid": Boolean(spelling=Spelling(true=("x",), false=("",))),
        "day": Timestamp(spelling=Spelling(format="%d.%m.%Y")),
        "size": Category(("small", "large"), missing=True, spelling=Spelling(("?",), fold=True)),
    }
    signature = Signature(fields, {})
    rows = [
        {"price": "$3", "paid": "X", "day": "31.12.1969", "size": " Small"},
        {"price": "-", "paid": None, "day": "01.01.1970", "size": "?"},
    ]
    assert Signature.from_json(signature.to_json()) == signature
    arrays = signature.read(json.dumps(rows).encode()).arrays
    assert arrays["price"][0] == 3
    assert np.isnan(arrays["price"][1])
    assert arrays["paid"].tolist() == [1, 0]
    assert arrays["day"].tolist() == [-86_400_000_000, 0]
    assert arrays["size"].tolist() == ["small", ""]
    with pytest.raises(SignatureError, match=r"in the form '%d.%m.%Y', got 'today' in row 0. Hint: for example 01.05"):
        signature.read(json.dumps(rows[0] | {"day": "today"}).encode())


@pytest.mark.parametrize(
    ("value", "format_"),
    [
        ("1700000000", "s"),
        (1_700_000_000, "s"),
        (1_700_000_000_000, "ms"),
        ("20231114", "%Y%m%d"),
        (20231114, "%Y%m%d"),
    ],
)
def test_moments_as_numbers(value: object, format_: str) -> None:
    moment = Timestamp(spelling=Spelling(format=format_)).validate(value, "day", 0)
    assert moment is not None
    assert moment.replace(hour=0, minute=0, second=0, tzinfo=UTC) == datetime(2023, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize(("value", "truth"), [(1, True), (0.0, False), ("1", True), (True, True)])
def test_truth_as_numbers(value: object, truth: bool) -> None:
    assert Boolean(spelling=Spelling(true=("1",), false=("0",))).validate(value, "flag", 0) is truth


def test_a_plain_field_refuses_text() -> None:
    with pytest.raises(SignatureError, match="without quotes"):
        Number().encode(["3"], "n")


WORDS = st.lists(st.text("abc.,-?$ \"'\\\n", min_size=1, max_size=4), max_size=3).map(tuple)


@given(WORDS, st.sampled_from([".", ",", ".,"]), WORDS, st.booleans(), st.sampled_from(["", "s", "%d.%m.%Y"]))
def test_the_code_builds_an_equal_spelling(
    nulls: tuple[str, ...], decimal: str, units: tuple[str, ...], fold: bool, format_: str
) -> None:
    spelling = Spelling(nulls, decimal, units=units, factors=(2.5,) * len(units), fold=fold, format=format_)
    assert eval(spelling.code, {"Spelling": Spelling}) == spelling


@pytest.mark.parametrize(
    ("text", "seconds"), [("3:45:12", 13512), ("3:45", 225), ("0:59.5", 59.5), (" 1:02:03 h", 3723)]
)
def test_durations(text: str, seconds: float) -> None:
    spelling = Spelling(format="clock", units=("h",))
    assert spelling.number(text) == seconds
    with pytest.raises(ValueError):
        spelling.number("3:45:75")


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),
    st.sampled_from(["+02:00", "-0330", " UTC+3", " GMT-03:30", "Z", ""]),
)
def test_moments_of_any_offset_are_read_back(moment: datetime, offset: str) -> None:
    iso = Spelling(format="%Y-%m-%dT%H:%M:%S.%f%z" if offset else "%Y-%m-%dT%H:%M:%S.%f")
    spelled = Spelling(format="%Y-%m-%dT%H:%M:%S.%f %z") if offset.startswith(" ") else iso
    found = spelled.moment(f"{moment.year:04}{moment.strftime('-%m-%dT%H:%M:%S.%f')}{offset}")
    assert found.replace(tzinfo=None) == moment
    assert (found.tzinfo is None) == (offset == "")


@given(st.integers(-(2**40), 2**40), st.sampled_from(["s", "ms"]))
def test_moments_that_are_numbers_are_read_back(ticks: int, unit: str) -> None:
    scale = {"s": 1, "ms": 1000}[unit]
    if abs(ticks) / scale < 6e10:
        moment = Spelling(format=unit).moment(str(ticks))
        assert moment - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(seconds=ticks // scale) + timedelta(
            milliseconds=ticks % scale
        )


@pytest.mark.parametrize(
    ("spelling", "text", "name"),
    [
        (Spelling(), " Oslo", " Oslo"),
        (Spelling(), "n/a", "n/a"),
        (Spelling(null_values=("n/a",)), " N/A ", ""),
        (Spelling(fold=True), " OSLO ", "oslo"),
        (Spelling(null_values=("?",)), "Oslo?", "Oslo?"),
    ],
)
def test_names_of_categories(spelling: Spelling, text: str, name: str) -> None:
    assert spelling.name(text) == name


def test_the_usual_words_for_true_and_false() -> None:
    assert all(Spelling().truth(word) for word in ("TRUE", " y ", "1"))
    assert not any(Spelling().truth(word) for word in ("No", "f", "0"))
    assert not Spelling(false=("",), true=("x",)).truth(" ")
    with pytest.raises(ValueError):
        Spelling(true=("ja",), false=("nein",)).truth("yes")
