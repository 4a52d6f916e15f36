"""A dialect is inferred from the first part of a text; what was written is found again."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from philtre.files import infer, rows

CELL = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12)
NAME = st.from_regex(r"[A-Za-z][A-Za-z_]{0,11}", fullmatch=True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@given(data=st.data())
@settings(max_examples=60)
def test_a_table_that_is_written_is_read_back(delimiter: str, data: st.DataObject):
    names = data.draw(st.lists(NAME, min_size=2, max_size=6, unique=True))
    row = st.tuples(st.integers().map(str), *[CELL] * (len(names) - 1))
    table = [list(cells) for cells in data.draw(st.lists(row, min_size=2, max_size=20))]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerows([names, *table])
    suffix = {",": ".csv", "\t": ".tsv"}.get(delimiter, "")
    dialect = infer(text.getvalue(), suffix)
    assert (dialect.delimiter, dialect.header, list(dialect.names)) == (delimiter, True, names)
    text.seek(0)
    assert [cells for _, cells in rows(text, dialect, "'text'")] == [names, *table]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,2\n", ("comma separated", "a header")),
        ("a;b\n1,5;2,5\n", ("semicolon separated", "a header")),
        ("1,5;2,5\n2,5;3,5\n", ("semicolon separated", "no header: columns are named column_1 to column_2")),
        ("a|b\n1|2\n", ("bar separated", "a header")),
        ("a\tb\n1\t2, 3\n", ("tab separated", "a header")),
        ('ham\tsay "no"\nspam\twin a "prize"\nham\tok\n', ("tab separated", "quotes are text", "no header: ...")),
        (",age\n1,22\n", ("comma separated", "a header", "a column without a name is called column_1")),
        ('a\tb\n1\t"x\ty"\n2\t"x\ny"\n', ("tab separated", "a header")),
        ("age\n22\n38\n", ("one column", "a header")),
        ("\n\na,b\n1,2\n", ("comma separated", "a header")),
        ('id,note\n1,"a;b;c"\n2,"d;e;f"\n', ("comma separated", "a header")),
        ("a simple line , it says\nanother one\nand a third , I think\n", ("one column", "no header: ...")),
    ],
)
def test_what_a_text_looks_like(text, found):
    findings = infer(text).findings
    assert len(findings) == len(found)
    assert all(one == other or other.endswith("...") for one, other in zip(findings, found, strict=True))


def test_a_suffix_promises_a_delimiter_where_rows_disagree():
    assert infer("a,b\n1\n2,3,4\n", ".csv").delimiter == ","
    assert infer("a\n1\n2\n", ".csv").delimiter == ","
    assert infer("a b\n1\n2\n", ".tsv").delimiter == "\t"
    assert infer("a;b\n1;2\n3\n", ".csv").delimiter == ";"


def test_a_row_that_the_first_part_cuts_does_not_count():
    assert infer("a,b,c\n1,2,3\n4,5", whole=False).delimiter == ","


def test_known_names_make_a_header():
    assert not infer("1,2\n3,4\n").header
    assert infer("1,2\n3,4\n", known=("2",)).header


def test_files_of_one_folder_share_a_dialect_but_not_the_names():
    first = infer("a;b\n1;2\n")
    assert first.of_sibling("c;a\nx;y\n").names == ("c", "a")
    assert infer("a;\n1;2\n").of_sibling(";b\n1;2\n").names == ("column_1", "b")
    assert infer("1;2\n3;4\n").of_sibling("x;y;z").names == ("column_1", "column_2", "column_3")


def test_a_separator_stands_for_none():
    dialect = infer("age\n22\n38\n")
    assert (dialect.delimiter, dialect.separator) == ("", "\x1f")
