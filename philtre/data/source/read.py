"""Read any source into a Polars data frame, or say in one message why it cannot be read."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl

from philtre.data.source.columnar import parse_arrow, parse_parquet
from philtre.data.source.database import is_query, query
from philtre.data.source.delimited import dialect_of, parse_delimited, parse_typed
from philtre.data.source.folder import files_of, joined
from philtre.data.source.records import parse_json, parse_json_lines
from philtre.data.source.types import typed
from philtre.errors import DataError
from philtre.files import MAX_BYTES, Dialect, File, Report, check_names

PARSERS: dict[str, Callable[[File], pl.DataFrame]] = {
    "delimited": parse_typed,
    "json": parse_json,
    "json lines": parse_json_lines,
    "parquet": parse_parquet,
    "arrow": parse_arrow,
}


def read(source: str | os.PathLike[str], *, report: Report | None = None, max_bytes: int = MAX_BYTES) -> pl.DataFrame:
    """Read a table.

    Delimiter, header and encoding are inferred from the first part of a text, column types from whole columns, so that
    a word in the last row is no surprise. A whole number with a leading zero (007) is text. A file to which lines are
    appended is read as it was when it was opened; one that is written anew meanwhile is refused.

    Args:
        source: one of
            - a file: ``.csv``, ``.tsv``, ``.txt``, ``.parquet``, ``.arrow``, ``.feather``, ``.jsonl``, ``.ndjson``, or
              ``.json`` (an array of records), each also as ``.gz`` or ``.zst``; what has another suffix is told by
              its content,
            - a folder of such files, of one format and with the same columns, taken in the order of their names,
            - ``sqlite:///path.db?table`` or ``duckdb:///path.db?SELECT ...``: a table, or a query that only reads,
            - ``-``: standard input.
        report: told, in words, what was inferred: ``"tab separated"``, ``"Windows-1252 text"``.
        max_bytes: how large a packed file may become.

    Returns:
        The data frame: at least one row, column names unique and not empty. A column that the header of a text has no
        name for is called by its position: ``column_1``.

    Raises:
        DataError: if there is nothing to read, or it is empty, damaged, too large, or changes while it is read.
        MissingPackage: if a package for the source is not installed.
    """
    if is_query(source):
        frame = query(str(source))
    elif Path(source).is_dir():
        frame = _read_folder(Path(source), report, max_bytes)
    else:
        frame = _read_file(source, report, max_bytes)
    where = f"'{source}'"
    check_names(frame.columns, where)
    if frame.is_empty():
        raise DataError(where, expected="at least one row of data", got="a header only")
    return frame


def _read_file(path: str | os.PathLike[str], report: Report | None, max_bytes: int) -> pl.DataFrame:
    with File(path, report, max_bytes) as file:
        return PARSERS[file.format](file)


def _read_folder(folder: Path, report: Report | None, max_bytes: int) -> pl.DataFrame:
    """Join the files of a folder; the types of a text are inferred from all of them together."""
    tables: dict[Path, pl.DataFrame] = {}
    dialect: Dialect | None = None
    for path in files_of(folder, report):
        with File(path, None if tables else report, max_bytes) as file:
            if file.format == "delimited":
                dialect = dialect_of(file, dialect)
                tables[path] = parse_delimited(file, dialect)
            else:
                tables[path] = PARSERS[file.format](file)
    frame = joined(tables)
    return typed(frame) if dialect else frame
