import polars as pl
import pytest

from philtre.data.detect import Evidence
from philtre.data.detect.truth import detect_truths
from philtre.fields import Spelling


def spelled(*texts: str | None) -> Spelling | None:
    found = detect_truths(Evidence.of(pl.Series("a", texts, dtype=pl.String)))
    assert found is None or found.kind == "boolean"
    return found and found.spelling


@pytest.mark.parametrize(
    ("true", "false"),
    [("yes", "no"), ("Y", "N"), ("TRUE", "FALSE"), ("1", "0"), ("on", "off"), ("ja", "nein"), ("sí", "no")],
)
def test_two_opposite_words(true: str, false: str):
    spelling = spelled(true, false, false)
    assert spelling == Spelling(true=(true.lower(),), false=(false.lower(),))
    assert spelling.truth(true)
    assert not spelling.truth(f" {false.upper()}")


def test_several_spellings_of_one_answer():
    assert spelled("yes", "Y", "no", "n", "N/A") == Spelling(true=("y", "yes"), false=("n", "no"), null_values=("n/a",))


def test_a_mark_beside_nothing_means_true():
    assert spelled("x", None, "", "X") == Spelling(true=("x",), false=("",))


def test_a_word_and_its_negation():
    assert spelled("framed", "unframed") == Spelling(true=("framed",), false=("unframed",))


def test_a_rare_third_word_is_no_answer():
    assert spelled(*["yes", "no"] * 10, "perhaps") == Spelling(true=("yes",), false=("no",), null_values=("perhaps",))


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("yes", "no", "perhaps"), id="a third answer is frequent"),
        pytest.param(("yes", "yes"), id="one answer, and nobody is silent"),
        pytest.param((*["1", "0"] * 10, "2"), id="a third number is a number"),
        pytest.param(("red", "green"), id="words that are no opposites"),
        pytest.param((None, None), id="nothing"),
    ],
)
def test_other_texts_state_no_truth(texts: tuple[str | None, ...]):
    assert spelled(*texts) is None
