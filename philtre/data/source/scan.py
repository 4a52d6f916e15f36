"""Scan a source part by part, in constant memory."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from philtre.data.source.database import is_query
from philtre.data.source.folder import files_of, joined
from philtre.data.source.part import DelimitedParts, Parts, parts_of
from philtre.data.source.read import read
from philtre.data.source.types import typed
from philtre.errors import DataError
from philtre.files import MAX_BYTES, File, Report, check_names


def scan(source: str | os.PathLike[str], *, report: Report | None = None, max_bytes: int = MAX_BYTES) -> pl.LazyFrame:
    """Scan a table: a lazy frame that reads its source anew, part by part, whenever it is collected.

    Everything is inferred as by `read`, but columns and types of a text from its first part only: a value that does not
    fit them is an error. However often the frame is collected, the answer is about the same bytes: lines that were
    appended since are left out, and a file that was written anew is refused.

    Args:
        source: see `read`. Delimited text, JSON lines, Parquet and Arrow files are streamed, also from a folder;
            everything else is read at once.
        report: told, in words, what was inferred.
        max_bytes: how large a packed file may become.

    Raises:
        DataError: see `read`; while collecting, if the content is damaged or does not fit.
    """
    found: list[str] = []
    paths = _paths(source, found.append)
    parts: dict[Path, Parts] = {}
    for path in paths:
        with File(path, None if parts else found.append, max_bytes) as file:
            part = parts_of(path, file, next(iter(parts.values()), None))
        if part is None:
            break
        parts[path] = part
    if not parts or len(parts) < len(paths):
        return read(source, report=report, max_bytes=max_bytes).lazy()
    if report:
        for words in found:
            report(words)
    return _lazy(list(parts.values()), _schema(parts, f"'{source}'"), f"'{source}'")


def _schema(parts: Mapping[Path, Parts], where: str) -> pl.Schema:
    head = joined({path: part.head for path, part in parts.items()})
    check_names(head.columns, where)
    text = isinstance(next(iter(parts.values())), DelimitedParts)
    return (typed(head) if text else head).schema


def _paths(source: str | os.PathLike[str], report: Report) -> list[Path]:
    """The files to stream; none of standard input or a query."""
    if is_query(source) or str(source) == "-":
        return []
    return files_of(Path(source), report) if Path(source).is_dir() else [Path(source)]


def _lazy(parts: list[Parts], schema: pl.Schema, where: str) -> pl.LazyFrame:
    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, batch_rows: int | None
    ) -> Iterator[pl.DataFrame]:
        asked = {name: dtype for name, dtype in schema.items() if columns is None or name in columns}
        for part in parts:
            for batch in part.read(asked, predicate if rows is None else None):
                taken = batch if rows is None else batch.head(rows)
                yield taken if predicate is None else taken.filter(predicate)
                rows = None if rows is None else rows - taken.height
                if rows == 0:
                    return

    def checked(*asked: object) -> Iterator[pl.DataFrame]:
        try:
            yield from batches(*asked)  # type: ignore[arg-type]
        except pl.exceptions.PolarsError as error:
            got = str(error).partition("\n")[0]
            raise DataError(where, expected="content as in its first part", got=got) from None

    return register_io_source(checked, schema=schema)
