import pytest

from philtre.plot import number, percent, shown


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (-0.0, "0"), (1990, "1990"), (20640, "20,640"), (0.05, "0.05"), (-0.12345, "-0.1235"), (1e12, "1e+12")],
)
def test_numbers_have_the_digits_that_matter(value, written):
    assert number(value) == written


def test_what_is_no_number_is_a_dash():
    assert number(float("inf")) == percent(float("nan")) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a\nb\tc", "a⏎b·c"),
        ("\x00\x1b[31m", "··[31m"),
        ("right\u202eleft", "right·left"),
        ("👩‍👧 naïve", "👩‍👧 naïve"),
        ("", "(empty)"),
        (None, "missing"),
        (float("nan"), "missing"),
        (True, "True"),
    ],
)
def test_values_are_one_line_of_text(value, written):
    assert shown(value) == written


def test_long_texts_keep_both_ends():
    assert shown("a" * 500 + "b" * 500, 11) == "aaaaa…bbbbb"
    assert len(shown("x" * 10**6)) == 60
