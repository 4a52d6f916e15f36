import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import DataError
from philtre.files import infer, rows, whole_rows


def read(text: str, **options) -> list[tuple[int, list[str]]]:
    return list(rows(io.StringIO(text, newline=""), infer(text, ".csv"), "'file'", **options))


def test_rows_come_with_the_line_where_they_start():
    assert read('a,b\n"x\ny",2\n\n3,4\n') == [(1, ["a", "b"]), (2, ["x\ny", "2"]), (5, ["3", "4"])]


def test_in_one_column_a_blank_line_is_a_missing_value():
    assert [cells for _, cells in read("a\n1\n\n3\n")] == [["a"], ["1"], [""], ["3"]]


def test_old_line_ends_and_quotes_inside_cells():
    assert read('a,b\r1,5" pipe\r') == [(1, ["a", "b"]), (2, ["1", '5" pipe'])]


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("a,b\n1\n", "2 columns in each row, got 1 in line 2$"),
        ("a,b\n1,2,3\n", "2 columns in each row, got 3 in line 2. Hint: put quotes around cells that contain a comma"),
        ('a,b\n1,"2\n', r"cells in commas and quotes, got a row in line 2 that has none \(unexpected end of data\)"),
    ],
)
def test_a_row_that_does_not_fit_is_named(text, got):
    with pytest.raises(DataError, match=f"'file' expects {got}"):
        read(text)


def test_lines_before_a_part_count():
    with pytest.raises(DataError, match="got 1 in line 102"):
        read("a,b\n1\n", before=100)


@given(st.lists(st.text(st.sampled_from('ab"\n,'), max_size=6)), st.integers(1, 9))
def test_parts_end_where_rows_end(cells: list[str], step: int):
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    text = "\n".join(quoted).encode()
    blocks = [text[start : start + step] for start in range(0, len(text), step)]
    parts = list(whole_rows(blocks, quoted=True))
    assert b"".join(part for _, part in parts) == text
    assert all(part.count(b'"') % 2 == 0 for _, part in parts)
    lines = 0
    for before, part in parts:
        assert before == lines
        lines += part.count(b"\n")
