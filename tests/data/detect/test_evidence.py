import polars as pl
import pytest

from philtre.data.detect import Evidence
from philtre.data.detect.evidence import DIFFERENT, noted


def evidence(*texts: str | None) -> Evidence:
    return Evidence.of(pl.Series("a", texts, dtype=pl.String))


def test_texts_are_counted_without_blanks_at_their_ends():
    found = evidence("a ", " a", "b", "", "  ", None)
    assert found.counts == {"a": 2, "b": 1}
    assert found.first == ("a", "a", "b")
    assert found.rows == 6


def test_of_many_different_texts_the_most_frequent_are_looked_at():
    found = evidence("often", "often", *map(str, range(DIFFERENT)))
    assert len(found.counts) == DIFFERENT
    assert found.counts["often"] == 2


@pytest.mark.parametrize("dtype", [pl.List(pl.Int64), pl.Binary, pl.Object, pl.Duration, pl.Struct({"a": pl.Int64})])
def test_values_that_are_no_text_are_no_evidence(dtype: pl.DataType):
    assert Evidence.of(pl.Series("a", [None, None], dtype=dtype)) == Evidence({}, (), 2)


def test_words_that_state_a_missing_value():
    found = evidence("3", "NA", "n/a", "?", "-", "NA")
    assert sorted(found.nulls) == ["-", "?", "n/a", "na"]
    assert found.stated == {"3": 1}


def test_a_word_that_may_be_a_name_is_one():
    """Among names "unknown" is a name, where among numbers it would be no value."""
    found = evidence("Ada", "unknown", "n/a")
    assert set(found.nulls) == {"unknown", "n/a"}
    assert found.names.null_values == ("n/a",)


def test_case_is_folded_where_it_tells_names_apart():
    assert evidence("Male", "male", "Female").names.fold
    assert not evidence("Male", "Female").names.fold


@pytest.mark.parametrize(
    ("numbers", "others", "strays"),
    [
        pytest.param(20, ["2x3"], ("2x3",), id="one of twenty is mistyped"),
        pytest.param(5, ["2x3"], None, id="one of six is too many"),
        pytest.param(5, ["sold out"], ("sold out",), id="a word in place of a value may be frequent"),
        pytest.param(5, ["a", "b", "c", "d"], None, id="four words are names"),
        pytest.param(20, [], (), id="none"),
    ],
)
def test_strays_are_few_or_words(numbers: int, others: list[str], strays: tuple[str, ...] | None):
    readable = [str(number) for number in range(numbers)]
    assert evidence(*readable, *others).strays(set(readable)) == strays


def test_strays_are_told():
    assert noted("numbers", ()) == "numbers"
    assert "'sold out' counts as missing" in noted("numbers", ("sold out",))
    assert "'a', 'b', 'c', ..." in noted("numbers", ("a", "b", "c", "d"))
