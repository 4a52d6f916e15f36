"""The shortcut gives what whole columns give, or nothing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from philtre.data.source.delimited import parse_text
from philtre.data.source.quick import parse_quickly
from philtre.data.source.types import typed
from philtre.files import infer

CELL = st.sampled_from(["1", "-2", "0", "2.5", "-0.5", "1e3", "NaN", "true", "x", "", '"x, y"', '"a ""b"""', "é"])
CODE = st.sampled_from(["007", "-07", "+1", " 1", " -1", '"08"', '"+1"', '" 1"'])


def both(rows: list[str], head: int = 2) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    """What the shortcut makes of a header and rows, and what whole columns tell."""
    text = "".join(f"{row}\n" for row in ["ab,cd", *rows]).encode()
    dialect = infer("ab,cd\n1,2\n", ".csv")
    first = parse_text(text, 0, dialect, "'text'").head(head)
    return parse_quickly(text, first, dialect), typed(parse_text(text, 0, dialect, "'text'"))


@given(st.lists(st.tuples(CELL, CELL).map(",".join), min_size=2, max_size=12))
def test_it_is_right_or_gives_up(rows: list[str]):
    quick, whole = both(rows)
    assert quick is None or quick.equals(whole)


@given(st.lists(st.tuples(CELL, CELL | CODE).map(",".join), min_size=3, max_size=8), CODE)
def test_it_gives_up_on_codes_in_a_column_of_numbers(rows: list[str], code: str):
    quick, whole = both(["1,1", "2,2", *rows, f"3,{code}"])
    assert quick is None or quick.equals(whole)
    assert whole.schema["cd"] != pl.Int64


@pytest.mark.parametrize(
    "rows",
    [
        ["1,x", "2,y", "3,z"],
        ["1.5,", "2,3", ",4"],
        ["1,true", "2,false"],
        ['1,"Oslo, N"', '2,"Lima, S"'],
        ["1,2012-01-01", "2,2012-01-02"],
        ["1,0", "-1,-0.5"],
    ],
)
def test_usual_text_takes_the_shortcut(rows: list[str]):
    quick, whole = both(rows)
    assert quick is not None
    assert_frame_equal(quick, whole)


@pytest.mark.parametrize("row", ["1", "1,2,3", "", "x,1", '"1,2', "007,1", "1.5,1", " 3,1"])
def test_what_the_head_does_not_tell_gives_up(row: str):
    text = f"ab,cd\n1,2\n3,4\n{row}\n5,6\n".encode()
    dialect = infer("ab,cd\n1,2\n", ".csv")
    head = pl.DataFrame({"ab": ["1", "3"], "cd": ["2", "4"]})
    assert parse_quickly(text, head, dialect) is None


def test_a_column_without_values_in_the_head_gives_up_if_it_has_some():
    assert both(["1,", "2,", "3,4"])[0] is None
    assert both(["1,", "2,", "3,"])[0] is not None
