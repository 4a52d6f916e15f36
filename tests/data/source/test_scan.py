"""A scanned source is read part by part, anew for each answer, and is the same each time."""

import gzip
import os
import tracemalloc
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from philtre.data import read, scan
from philtre.data.source import part
from philtre.errors import DataError

TABLE = "id,city\n" + "".join(f'{i},"Oslo, {i}"\n' for i in range(1000))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(part, "PART", 1000)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_parts_equal_the_whole(write, name):
    path = write(name, gzip.compress(TABLE.encode()) if name.endswith(".gz") else TABLE)
    lazy = scan(path)
    assert lazy.collect_schema() == read(path).schema
    assert_frame_equal(lazy.collect(), read(path))
    assert lazy.select(pl.len()).collect().item() == 1000
    assert lazy.filter(pl.col("id") >= 990).select("city").collect().height == 10
    assert lazy.head(3).filter(pl.col("id") > 0).collect()["id"].to_list() == [1, 2]
    assert lazy.select(pl.col("id").sum()).collect(engine="streaming").item() == 499_500


def test_what_was_inferred_is_said_once(write):
    said: list[str] = []
    scan(write("t.csv", TABLE), report=said.append)
    scan(write("t.json", '[{"a": 1}]'), report=said.append)
    assert said == ["comma separated", "a header", "UTF-8 text", "UTF-8 text"]


def test_lines_that_are_appended_are_left_out_of_every_answer(write):
    path = write("t.csv", TABLE)
    lazy = scan(path)
    with path.open("a") as file:
        file.write("1000,Lima\nno number,Lima\n")
    assert lazy.select(pl.len()).collect().item() == 1000
    assert lazy.collect().height == 1000
    assert scan(path).collect_schema()["id"] == pl.String


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".arrow"])
def test_a_file_that_is_written_anew_is_refused(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    frame = pl.DataFrame({"a": [1, 2]})
    write = {".csv": frame.write_csv, ".jsonl": frame.write_ndjson, ".parquet": frame.write_parquet}
    write.get(suffix, frame.write_ipc)(path)
    lazy = scan(path)
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="stands still while it is read, got other content of the same size"):
        lazy.collect()


@pytest.mark.parametrize(
    ("more", "got"),
    [
        ("x,Oslo\n", "column 'id' expects values of type Int64, as in the first part of the file, got 'x'"),
        ("007,Oslo\n", "got '007'"),
        ("1\n", "2 columns in each row, got 1 in line 200002"),
        ('1,"Oslo\n', r"cells in commas and quotes, got a row in line 200002 that has none"),
    ],
)
def test_what_does_not_fit_behind_the_first_part_is_named(write, monkeypatch, more, got):
    monkeypatch.setattr(part, "PART", 1 << 19)
    lazy = scan(write("t.csv", "id,city\n" + "1,Oslo\n" * 200_000 + more))
    with pytest.raises(DataError, match=got):
        lazy.collect()


def test_json_lines(write, monkeypatch):
    path = write("t.jsonl", '{"a": 1}\n' * 500 + '{"a": "x"}\n')
    assert scan(path).collect().equals(read(path))
    late = write("late.jsonl", '{"a": 1}\n' * 150_000 + '{"a": "x"}\n')
    with pytest.raises(DataError, match="values of one type in each column"):
        scan(late).collect()


def test_what_cannot_be_streamed_is_read(write):
    assert scan(write("t.json", '[{"a": 1}]')).collect().rows() == [(1,)]


def test_memory_stays_constant(write, monkeypatch):
    monkeypatch.setattr(part, "PART", 1 << 16)
    lazy = scan(write("t.csv", "id,city\n" + "1,Oslo\n" * 300_000))
    tracemalloc.start()
    assert lazy.select(pl.col("id").sum()).collect(engine="streaming").item() == 300_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 << 20


def test_a_missing_file_is_named_at_once(tmp_path: Path):
    with pytest.raises(DataError, match="nothing at this path"):
        scan(tmp_path / "t.csv")
