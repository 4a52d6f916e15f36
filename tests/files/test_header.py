"""Whether the first row is a header: names over numbers, values over values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.files.header import has_header

NAME = st.from_regex(r"[A-Za-z][A-Za-z_ ]{0,11}", fullmatch=True)
NUMBER = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)).map(str)
DATE = st.dates().map(str)
WORD = st.sampled_from(["Oslo", "Lima", "Rome"])
COLUMNS = st.lists(st.sampled_from([NUMBER, DATE, WORD]), min_size=1, max_size=6)


def table(data: st.DataObject) -> list[tuple[str, ...]]:
    columns = [NUMBER, *data.draw(COLUMNS)]
    return data.draw(st.lists(st.tuples(*columns), min_size=3, max_size=30))


@given(st.data())
def test_a_header_that_is_written_is_found(data: st.DataObject):
    rows = table(data)
    names = data.draw(st.lists(NAME, min_size=len(rows[0]), max_size=len(rows[0]), unique=True))
    assert has_header([names, *rows])


@given(st.lists(st.tuples(st.floats(-9, 9).map(str), DATE, WORD), min_size=3, max_size=30))
def test_a_table_without_one_has_none(rows: list[tuple[str, ...]]):
    assert not has_header(rows)


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        pytest.param(["a b", "x y", "z y"], True, id="text only"),
        pytest.param(["Ann Oslo", "Joe Lima", "Zed Oslo"], False, id="a text that comes again"),
        pytest.param(["city", "Oslo", "Lima", "Oslo", "Lima"], True, id="one column of categories"),
        pytest.param(["land 2010 2015", "NO 1.5 2", "SE 3 4.5"], True, id="years over numbers"),
        pytest.param(["land 2010 2015", "NO 15 20", "SE 30 45"], True, id="years over whole numbers"),
        pytest.param(["1999 2001", "1998 2003", "2004 2005"], False, id="years over years"),
        pytest.param(["0 1 2", "7 5 9", "4 4 1"], True, id="positions"),
        pytest.param(["1 2 3", "4 5 6", "7 8 9"], False, id="rows that count on"),
        pytest.param(["0 1 6 15", "0 0 10 16", "0 0 8 15"], False, id="digits"),
        pytest.param(["day 2013-01-01", "3 2.5", "4 9"], True, id="a date over numbers"),
        pytest.param(["2013-01-01 x", "2013-01-02 y", "2013-01-03 z"], False, id="a date over dates"),
        pytest.param(["$1,200 yes", "$900 no", "$3,000 yes"], False, id="prices"),
        pytest.param(["price sold", "$900 no", "$3,000 yes"], True, id="a name over prices"),
        pytest.param(["id AB", "1 AB12", "2 CD13"], True, id="a name over codes"),
        pytest.param(["? 5", "3 6", "4 ?"], False, id="missing values tell nothing"),
        pytest.param(["a b a", "1 2 3"], True, id="a name twice"),
        pytest.param(["a b"], True, id="a header only"),
        pytest.param(["1 2"], False, id="a row only"),
    ],
)
def test_the_first_row_is_judged_by_the_others(rows: list[str], header: bool):
    assert has_header([row.split() for row in rows]) == header


def test_a_sentence_over_sentences_is_none():
    assert not has_header([["it was very good"], ["this one was not so good"], ["I liked it a lot"]])
    assert has_header([["review"], ["this one was not so good"], ["I liked it a lot"]])
