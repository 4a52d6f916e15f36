"""Delimited text: what Polars parses, and what it does not."""

import polars as pl
import pytest

from philtre.data import read
from philtre.data.source import delimited
from philtre.errors import DataError


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch):
    """Fail where rows are read one by one."""

    def refuse(*arguments: object) -> pl.DataFrame:
        raise AssertionError("read row by row")

    monkeypatch.setattr(delimited, "_parse_rows", refuse)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("a,b\n1,x\n2,y\n", [(1, "x"), (2, "y")], id="plain"),
        pytest.param("a,b\n1,x\n2,y", [(1, "x"), (2, "y")], id="no last line end"),
        pytest.param("a,b\r\n1,x\r\n2,y\r\n", [(1, "x"), (2, "y")], id="Windows lines"),
        pytest.param('a,b\n1,"x, y"\n2,"say ""so"""\n', [(1, "x, y"), (2, 'say "so"')], id="quotes"),
        pytest.param('a,"b ""c"""\r\n1,"x\r\ny"\r\n', [(1, "x\r\ny")], id="lines in cells"),
        pytest.param('a,b\n1,""\n2,\n', [(1, ""), (2, None)], id="the empty text and nothing"),
        pytest.param("a,b\n1,x\n\n\n2,y\n\n", [(1, "x"), (2, "y")], id="blank lines"),
        pytest.param("a,b\n,\n1,x\n", [(None, None), (1, "x")], id="a row of missing values is no blank line"),
        pytest.param("\n\na,b\n1,x\n", [(1, "x")], id="blank lines above the header"),
        pytest.param("a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")], id="old Macintosh lines"),
        pytest.param("größe,b\n1,ü\n", [(1, "ü")], id="beyond ASCII"),
        pytest.param("a,b\n1,&lt;=50K\n", [(1, "&lt;=50K")], id="HTML is not unescaped"),
        pytest.param("a,b\n1, x \n", [(1, " x ")], id="spaces are kept"),
    ],
)
def test_usual_text_is_parsed_at_once(write, text, rows):
    assert read(write("table.csv", text)).rows() == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param('a,b\n1,5" pipe\n2,6" pipe\n3,7\n', [(1, '5" pipe'), (2, '6" pipe'), (3, "7")], id="inches"),
        pytest.param('a,b\n1,"x\r\n\r\ny"\n\n2,z\r\n', [(1, "x\r\n\r\ny"), (2, "z")], id="mixed line ends"),
    ],
)
def test_odd_text_is_read_row_by_row(write, text, rows):
    assert read(write("table.csv", text)).rows() == rows


def test_a_short_row_is_not_filled_up(write):
    with pytest.raises(DataError, match="3 columns in each row, got 2 in line 3"):
        read(write("table.csv", "a,b,c\n1,2,\n1,2\n"))


def test_a_short_row_among_blank_lines_and_missing_values(write):
    with pytest.raises(DataError, match="3 columns in each row, got 2 in line 5"):
        read(write("table.csv", "a,b,c\n1,2,\n\n,,\n1,2\n"))


def test_lines_above_the_header_count(write):
    with pytest.raises(DataError, match="got 1 in line 5"):
        read(write("table.csv", "\n\na,b\n1,2\n3\n"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.csv", "a,b\n1,2\n", ["comma separated", "a header", "UTF-8 text"]),
        ("t.csv", "a\tb\n1\t2\n", ["tab separated", "a header", "UTF-8 text"]),
        ("t.csv", "1;é\n3;é\n".encode("cp1252"), ["semicolon separated", "no header: ...", "Windows-1252 text"]),
        ("t.txt", "it's so\ngood\n", ["one column", "a header", "UTF-8 text"]),
    ],
)
def test_what_was_inferred_is_said(write, name, text, said):
    heard: list[str] = []
    read(write(name, text), report=heard.append)
    assert len(heard) == len(said)
    assert all(one.startswith(other.removesuffix("...")) for one, other in zip(heard, said, strict=True))
