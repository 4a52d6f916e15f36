"""An opened file knows its format, and gives its content unpacked and as text."""

import gzip
import os
import threading

import pytest
import zstandard

from philtre.errors import DataError
from philtre.files import File, text_stream

TABLE = "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("table.csv", TABLE, "delimited"),
        ("table.CSV", TABLE, "delimited"),
        ("table.tsv.gz", gzip.compress(TABLE.encode()), "delimited"),
        ("table.csv.zst", zstandard.compress(TABLE.encode()), "delimited"),
        ("table.csv", gzip.compress(TABLE.encode()), "delimited"),
        ("table", TABLE, "delimited"),
        ("table.data", TABLE, "delimited"),
        ("table.txt", "[1, 2]\n", "delimited"),
        ("table", '[{"a": 1}]', "json"),
        ("table", '{"a": 1}\n', "json lines"),
        ("table.json", '{"a": 1}\n{"a": 2}\n', "json lines"),
        ("table", b"PAR1...", "parquet"),
        ("table", b"ARROW1..", "arrow"),
    ],
)
def test_the_suffix_tells_the_format_or_else_the_content(write, name, content, format):
    with File(write(name, content)) as file:
        assert file.format == format


def test_compression_is_reported(write):
    said: list[str] = []
    with File(write("table.csv", gzip.compress(TABLE.encode())), said.append) as file:
        assert file.content() == TABLE.encode()
    assert said == ["gzip compressed"]


@pytest.mark.parametrize(
    ("name", "content", "got"),
    [
        ("table.csv", "", "a header and rows, got an empty file"),
        ("table.csv", "\n \n", "a header and rows, got an empty file"),
        ("table.csv.gz", gzip.compress(b""), "a header and rows, got an empty file"),
        ("table.csv.gz", TABLE, "gzip data, as its name says, got data that is not packed"),
        ("table.xlsx", b"PK\x03\x04\0\0", "a file that ends with .csv, .*, got binary content and the suffix '.xlsx'"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(9) + b"x" * 99, "binary content and the suffix '.png'"),
    ],
)
def test_what_is_no_table_is_refused(write, name, content, got):
    with pytest.raises(DataError, match=got):
        File(write(name, content))


def test_a_missing_file_names_a_similar_one(write):
    path = write("titanic.csv", TABLE)
    with pytest.raises(DataError, match=r"nothing at this path. Hint: is '.*titanic.csv' meant\?"):
        File(path.with_name("titanik.csv"))


def test_a_stream_is_text_whatever_the_encoding(write):
    with File(write("table.csv.gz", gzip.compress("a\nZoë\n".encode("utf-16")))) as file:
        assert text_stream(file).read() == "a\nZoë\n"


@pytest.mark.parametrize(("size", "more"), [(4, b"4\n5,"), (1 << 20, b"4\n5,6\n")])
def test_of_a_file_that_grows_the_last_complete_line_is_the_last(write, size, more):
    path = write("table.csv", "a,b\n1,2\n3,")
    said: list[str] = []
    with File(path, said.append) as file:
        with path.open("ab") as other:
            other.write(more)
        assert b"".join(file.text(size)) == b"a,b\n1,2\n"
    assert "the file grows: its last line, which was not complete, is left out" in said


def test_a_line_that_was_complete_stays_though_the_file_grows(write):
    path = write("table.csv", "a,b\n1,2\n3,4")
    with File(path) as file:
        with path.open("ab") as other:
            other.write(b"\n5,6\n")
        assert b"".join(file.text()) == b"a,b\n1,2\n3,4"


@pytest.mark.parametrize("name", ["table.csv.gz", "table.json", "table.parquet"])
def test_a_format_that_cannot_be_cut_must_not_grow(write, name):
    content = gzip.compress(TABLE.encode()) if name.endswith(".gz") else b"PAR1 [1]"
    path = write(name, content)
    with File(path) as file:
        with path.open("ab") as other:
            other.write(b"more")
        with pytest.raises(DataError, match="stands still while it is read, got 4 bytes more at its end"):
            b"".join(file.text()) if name != "table.parquet" else file.content()


def test_a_pipe_is_read_once_and_whole(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    content = b"a,b\n" + b"1,2\n" * 500_000
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    with File(path) as file:
        assert file.head == content[: 1 << 20]
        assert b"".join(file.text()) == content
    writer.join()
