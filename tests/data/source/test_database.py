"""Queries to SQLite and DuckDB: they read, and do nothing else."""

import sqlite3
from contextlib import closing

import duckdb
import polars as pl
import pytest

from philtre.data import read, scan
from philtre.errors import DataError, MissingPackage

CREATE = [
    "CREATE TABLE people (id INTEGER, name TEXT, height REAL)",
    "INSERT INTO people VALUES (1, 'Ann', 1.75), (2, NULL, 2), (3, 'Zoë', NULL)",
]
ROWS = [(1, "Ann", 1.75), (2, None, 2.0), (3, "Zoë", None)]


@pytest.fixture(params=["sqlite", "duckdb"])
def url(request, tmp_path, monkeypatch) -> str:
    """A database with one table, in the current folder."""
    monkeypatch.chdir(tmp_path)
    connect = sqlite3.connect if request.param == "sqlite" else duckdb.connect
    with closing(connect(str(tmp_path / "my.db"))) as connection:
        for statement in CREATE:
            connection.execute(statement)
        connection.commit()
    return f"{request.param}:///my.db"


def test_a_table_or_a_query(url, tmp_path):
    assert read(f"{url}?people").rows() == ROWS
    assert read(url).rows() == ROWS
    assert read(f"{url}?SELECT name FROM people WHERE id > 1 ORDER BY id").to_dict(as_series=False) == {
        "name": [None, "Zoë"]
    }
    assert read(f"{url}? with few as (select * from people limit 1) select * from few").rows() == ROWS[:1]
    assert read(url.replace("my.db", f"{tmp_path}/my.db")).rows() == ROWS
    assert scan(f"{url}?people").select(pl.col("height").max()).collect().item() == 2.0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people",
        "WITH gone AS (SELECT 1) DELETE FROM people",
        "SELECT 1; DELETE FROM people",
        "ATTACH 'other.db' AS other",
        "COPY people TO 'people.csv'",
        "SELECT load_extension('evil')",
    ],
)
def test_a_statement_that_does_more_than_read_is_refused(url, tmp_path, statement):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(DataError):
        read(f"{url}?{statement}")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert read(url).rows() == ROWS


@pytest.mark.parametrize(
    ("change", "got"),
    [
        (lambda url: f"{url}?nobody", r"one of the tables \['people'\], got 'nobody'"),
        (lambda url: f"{url}?SELECT nothing FROM people", "a query that reads, got .*nothing"),
        (lambda url: url.replace("my", "your") + "?people", "file, got nothing at 'your.db'"),
        (lambda url: f"{url}?SELECT * FROM people WHERE id > 9", "at least one row of data"),
        (lambda url: f"{url}?SELECT id, id FROM people", "column names that differ, got 'id' 2 times"),
    ],
)
def test_what_cannot_be_asked(url, change, got):
    with pytest.raises(DataError, match=got):
        read(change(url))


def test_a_file_that_is_no_database(url, tmp_path):
    (tmp_path / "my.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError, match="a query that reads, got"):
        read(url)


def test_values_of_several_kinds_in_a_column_of_sqlite(tmp_path):
    with closing(sqlite3.connect(tmp_path / "mixed.db")) as connection:
        connection.execute("CREATE TABLE t (a, b, c, d)")
        connection.execute("INSERT INTO t VALUES (1, 1, NULL, x'6162'), (2.5, 'x', NULL, 'c')")
        connection.commit()
    frame = read(f"sqlite:///{tmp_path}/mixed.db")
    assert frame.rows() == [(1.0, "1", None, "ab"), (2.5, "x", None, "c")]
    assert frame.schema["c"] == pl.String


def test_duckdb_reads_files_without_a_database(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,x\n")
    assert read(f"duckdb:///?SELECT * FROM '{tmp_path}/t.csv'").rows() == [(1, "x")]


def test_other_urls():
    with pytest.raises(DataError, match=r"starts with sqlite:/// or duckdb:///, got https://. Hint: download it first"):
        read("https://example.org/table.csv")


def test_duckdb_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(MissingPackage, match=r"the package 'duckdb'.*philtre\[sql\]"):
        read("duckdb:///?SELECT 1")
