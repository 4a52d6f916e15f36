import gzip
import subprocess
import sys
import threading
from pathlib import Path

import polars as pl
import pytest
import zstandard

from philtre.data import read, scan
from philtre.errors import DataError


@pytest.fixture
def csv(tmp_path: Path):
    def write(content: bytes | str) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_reads_a_csv_file_with_types_inferred(titanic: pl.DataFrame):
    assert titanic.shape == (891, 12)
    assert titanic.schema["Age"] == pl.Float64
    assert titanic.schema["SibSp"] == pl.Int64
    assert titanic.schema["Sex"] == pl.String
    nulls = {name: count for name, count in titanic.null_count().row(0, named=True).items() if count}
    assert nulls == {"Age": 177, "Cabin": 687, "Embarked": 2}


def test_a_word_in_the_last_row_makes_the_column_text(csv):
    rows = "".join(f"{i},1\n" for i in range(5000))
    frame = read(csv(f"a,b\n{rows}last,2\n"))
    assert frame.schema == {"a": pl.String, "b": pl.Int64}


def test_byte_order_mark_quotes_and_windows_lines_are_understood(csv):
    frame = read(csv(b'\xef\xbb\xbfname,note\r\n"Doe, Jane","two\nlines"\r\nJoe,"say ""hi"""\r\n'))
    assert frame.to_dict(as_series=False) == {"name": ["Doe, Jane", "Joe"], "note": ["two\nlines", 'say "hi"']}


@pytest.mark.parametrize("rows", [2, 5000], ids=["a short file", "a long file"])
@pytest.mark.parametrize("name", ["", '""', " "])
def test_a_column_without_a_name_is_called_by_its_position(csv, name: str, rows: int):
    """R and pandas write the numbers of the rows so."""
    text = f"{name},city\n" + "".join(f'{i},"Oslo, {i}"\n' for i in range(rows))
    frame = read(csv(text))
    assert frame.columns == ["column_1", "city"]
    assert frame["column_1"].to_list() == list(range(rows))
    assert frame["city"][-1] == f"Oslo, {rows - 1}"
    assert scan(csv(text)).collect().equals(frame)


def test_blank_lines_between_rows_are_skipped(csv):
    assert read(csv("a,b\n1,2\n\n3,4\n\n")).rows() == [(1, 2), (3, 4)]


def test_in_a_file_of_one_column_a_blank_line_is_a_missing_value(csv):
    assert read(csv("a\n1\n\n3\n"))["a"].to_list() == [1, None, 3]


def test_reads_parquet(tmp_path: Path):
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    frame.write_parquet(tmp_path / "table.parquet")
    assert read(tmp_path / "table.parquet").equals(frame)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "a header and rows, got an empty file", id="empty"),
        pytest.param("\n \n", "a header and rows, got an empty file", id="blank"),
        pytest.param("a,b\n", "at least one row of data, got a header only", id="header only"),
        pytest.param(b"a,b\n1,\0\n", "a text file, got binary content (a zero byte in line 2)", id="binary"),
        pytest.param(
            b"\xef\xbb\xbfa,b\n1,\xff\n", "got byte 0xff at offset 9, line 2", id="offset with a byte order mark"
        ),
        pytest.param(
            "ä,b\n1,2\n3,".encode() + b"\xe9\n", "text in UTF-8, got byte 0xe9 at offset 11, line 3", id="damaged"
        ),
        pytest.param("a,b\n1,2\n3\n", "2 columns in each row, got 1 in line 3", id="short row"),
        pytest.param(
            'a,b\n"x\ny",2\n3,4,5\n',
            "2 columns in each row, got 3 in line 4. Hint: put quotes around cells that contain a comma",
            id="long row after a quoted newline",
        ),
        pytest.param(
            'a,b\n1,2\n3,"x\n4,5\n',
            "a row in line 3 that has none (unexpected end of data). Hint: is a quote left open?",
            id="open quote",
        ),
        pytest.param(
            'a,b\n1,"' + "x\n" * 70_000,
            "a row in line 2 that has none (unexpected end of data)",
            id="open quote in a long file",
        ),
        pytest.param("a,b,a\n1,2,3\n", "column names that differ, got 'a' 2 times", id="duplicate name"),
        pytest.param("a,,column_2\n1,2,3\n", "column names that differ, got 'column_2' 2 times", id="empty name"),
    ],
)
def test_a_bad_file_gets_one_clear_message(csv, content: bytes | str, message: str):
    path = csv(content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_names_a_similar_one(tmp_path: Path):
    (tmp_path / "titanic.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"nothing at this path. Hint: is '.*titanic.csv' meant\?"):
        read(tmp_path / "titanik.csv")


def test_a_file_in_a_folder_that_is_missing(tmp_path: Path):
    with pytest.raises(DataError, match=r"nothing at this path$"):
        read(tmp_path / "nowhere" / "titanic.csv")


def test_a_file_that_is_no_table_lists_the_suffixes_of_those(tmp_path: Path):
    (tmp_path / "table.xlsx").write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(DataError, match=r"ends with .csv, .*, got binary content and the suffix '.xlsx'"):
        read(tmp_path / "table.xlsx")


def test_a_damaged_parquet_file(tmp_path: Path):
    (tmp_path / "table.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(DataError, match="expects a file in Parquet format"):
        read(tmp_path / "table.parquet")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_file_that_grows_while_it_is_read_gives_its_complete_rows(tmp_path: Path, suffix: str):
    path = tmp_path / f"table{suffix}"
    rows = [f"{i},x{i}\n" if suffix == ".csv" else f'{{"a": {i}, "b": "x{i}"}}\n' for i in range(40_000)]
    stop = threading.Event()

    def write() -> None:
        with path.open("a", buffering=1000) as file:
            for row in rows[20:]:
                file.write(row)
                if stop.wait(0.000_01):
                    return

    path.write_text(("a,b\n" if suffix == ".csv" else "") + "".join(rows[:20]))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        frames = [read(path)]
        while len(frames) < 10 or frames[-1].height == frames[0].height:
            frames.append(read(path))
    finally:
        stop.set()
        writer.join()
    heights = [frame.height for frame in frames]
    assert heights == sorted(heights)
    for frame in frames:
        assert frame.rows() == [(i, f"x{i}") for i in range(frame.height)]


def test_a_packed_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))

    def grow(words: str) -> None:
        with path.open("ab") as file:
            file.write(gzip.compress(b"3,4\n"))

    with pytest.raises(DataError, match=r"a file that stands still while it is read, got .* bytes more at its end"):
        read(path, report=grow)
    assert read(path).height > 1


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,x\n", b"a\tb\n1\tx\n", b'[{"a": 1, "b": "x"}]', b'{"a": 1, "b": "x"}\n', gzip.compress(b"a,b\n1,x\n")],
)
def test_standard_input_is_told_by_its_content(content: bytes):
    code = "from philtre.data import read, scan; print(read('-').rows())"
    done = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[(1, 'x')]"


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv.gz", gzip.compress(bytes(10) * 100_000)), ("t.csv.zst", zstandard.compress(bytes(1_000_000)))],
)
def test_a_bomb_is_refused_with_the_name_of_the_bound(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=r"at most 1,000 bytes when unpacked, got more. Hint: max_bytes=\.\.\. sets"):
        read(tmp_path / name, max_bytes=1000)
