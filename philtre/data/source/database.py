"""A query to a SQLite or DuckDB file becomes a frame; it can only read."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from philtre.errors import DataError, MissingPackage
from philtre.files import check_names

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+]*)://(?P<path>[^?]*)(\?(?P<text>.*))?", re.DOTALL)
_QUERY = re.compile(r"\s*(select|with|values|from)\b", re.IGNORECASE)
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
TABLES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"


def is_query(source: str | os.PathLike[str]) -> bool:
    """Whether a source is a URL."""
    return isinstance(source, str) and _URL.fullmatch(source) is not None


def query(url: str) -> pl.DataFrame:
    """Read a table or the answer to a query.

    Args:
        url: ``sqlite:///relative.db?table``, ``sqlite:////absolute.db?SELECT ...`` or the same with ``duckdb``; without
            a table the only one that there is. ``duckdb:///?SELECT ...`` needs no file. Nothing in it is unescaped.

    Raises:
        DataError: if there is no such file or table, the query fails, or does more than read.
        MissingPackage: if DuckDB is not installed.
    """
    match = _URL.fullmatch(url)
    scheme = match["scheme"] if match else ""
    ask = DATABASES.get(scheme)
    if match is None or ask is None:
        expected = "a file, or a URL that starts with sqlite:/// or duckdb:///"
        raise DataError(f"'{url}'", expected=expected, got=f"{scheme}://", hint="download it first")
    path = match["path"].removeprefix("/")
    if path and not Path(path).is_file():
        raise DataError(f"'{url}'", expected=f"a {scheme} file", got=f"nothing at '{path}'")
    return ask(path, (match["text"] or "").strip(), f"'{url}'")


def _sqlite(path: str, text: str, where: str) -> pl.DataFrame:
    with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
        try:
            tables = [name for (name,) in connection.execute(TABLES)]
            cursor = connection.execute(_statement(text, tables, where))
            names = [column[0] for column in cursor.description]
            check_names(names, where)
            return _frame(names, cursor.fetchall())
        except sqlite3.Error as error:
            raise _refused(where, str(error)) from None


def _frame(names: list[str], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """A frame of values of any type: SQLite lets a column mix them, which makes it text."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pl.DataFrame([_series(name, list(values)) for name, values in zip(names, columns, strict=True)])


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float}:
        values = [None if value is None else float(value) for value in values]
    elif len(kinds) > 1:
        values = [value if value is None else _spelled(value) for value in values]
    return pl.Series(name, values, dtype=None if kinds else pl.String)


def _spelled(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _duckdb(path: str, text: str, where: str) -> pl.DataFrame:
    duckdb = _package(where)
    options = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    try:
        with closing(duckdb.connect(path or ":memory:", read_only=bool(path), config=options)) as connection:
            tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
            statement = _statement(text, tables, where)
            parsed = connection.extract_statements(statement)
            if len(parsed) != 1 or parsed[0].type != duckdb.StatementType.SELECT:
                raise _refused(where, "a statement that does more than read")
            answer = connection.sql(statement)
            check_names(answer.columns, where)
            return pl.DataFrame(_Stream(answer))
    except duckdb.Error as error:
        raise _refused(where, str(error).partition("\n")[0]) from None


class _Stream:
    """An answer as a stream of Arrow batches and nothing else: Polars would keep its type for good."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.answer.__arrow_c_stream__(requested_schema)


def _package(where: str) -> Any:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingPackage("duckdb", extra="sql", purpose=f"reading {where}") from None
    return duckdb


def _statement(text: str, tables: list[str], where: str) -> str:
    """The query to send: what the URL says, or all of a table."""
    if _QUERY.match(text):
        return text
    if not text and len(tables) != 1:
        raise DataError(where, expected="?table or ?SELECT ... at its end", got=f"the tables {tables}")
    name = text or tables[0]
    if name not in tables:
        raise DataError(where, expected=f"one of the tables {tables}", got=repr(name))
    doubled = name.replace('"', '""')
    return f'SELECT * FROM "{doubled}"'  # noqa: S608  (a name that the database itself gave)


def _refused(where: str, got: str) -> DataError:
    return DataError(where, expected="a query that reads", got=got)


DATABASES: dict[str, Callable[[str, str, str], pl.DataFrame]] = {"sqlite": _sqlite, "duckdb": _duckdb}
