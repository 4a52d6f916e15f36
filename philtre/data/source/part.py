"""A file that is read part by part, as often as wanted, and is the same file each time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from philtre.data.source.delimited import dialect_of, parse_text
from philtre.data.source.records import parse_lines
from philtre.data.source.types import cast_to
from philtre.files import Dialect, File, encoding_of, whole_rows

PART = 16 << 20
"""Bytes of a text that are parsed at once."""

Schema = Mapping[str, Any]


class Parts:
    """Base: a file as it was when it was opened first.

    Args:
        path: of the file.
        file: the file, opened.
    """

    head: pl.DataFrame
    """Its first rows, or none of them; in text columns where types are still open."""

    def __init__(self, path: Path, file: File) -> None:
        self.path = path
        self.mark = file.snapshot.mark
        self.max_bytes = file.max_bytes

    def open(self) -> File:
        """Open the same bytes once more."""
        return File(self.path, None, self.max_bytes, self.mark)

    def read(self, schema: Schema, predicate: pl.Expr | None) -> Iterator[pl.DataFrame]:
        """The rows part by part, with the columns of a schema; a predicate may be used to read fewer of them."""
        raise NotImplementedError


class DelimitedParts(Parts):
    """Delimited text; `like` is the dialect of the file before it in a folder."""

    def __init__(self, path: Path, file: File, like: Dialect | None = None) -> None:
        super().__init__(path, file)
        self.dialect = dialect_of(file, like)
        file.report(encoding_of(file.head))
        _, first = next(whole_rows([file.head_text().encode()], self.dialect.quoted))
        self.head = parse_text(first.lstrip(b"\r\n"), 0, self.dialect, file.where)

    def read(self, schema: Schema, predicate: pl.Expr | None) -> Iterator[pl.DataFrame]:
        dialect = self.dialect
        with self.open() as file:
            for before, block in whole_rows(file.text(PART), dialect.quoted):
                text = block if before else block.lstrip(b"\r\n")
                before += block.count(b"\n", 0, len(block) - len(text))
                frame = parse_text(text, before, dialect, file.where)
                yield cast_to(frame, schema, file.where)
                dialect = replace(dialect, header=False)


class LineParts(Parts):
    """JSON lines."""

    def __init__(self, path: Path, file: File) -> None:
        super().__init__(path, file)
        _, first = next(whole_rows([file.head_text().encode()], quoted=False))
        self.head = parse_lines(first, file.where)

    def read(self, schema: Schema, predicate: pl.Expr | None) -> Iterator[pl.DataFrame]:
        with self.open() as file:
            for before, block in whole_rows(file.text(PART), quoted=False):
                yield parse_lines(block, file.where, schema, before)


class ColumnarParts(Parts):
    """A Parquet or Arrow file, which Polars reads in parts itself."""

    def __init__(self, path: Path, file: File) -> None:
        super().__init__(path, file)
        self.lazy = pl.scan_parquet(path) if file.format == "parquet" else pl.scan_ipc(path)
        self.head = pl.DataFrame(schema=self.lazy.collect_schema())

    def read(self, schema: Schema, predicate: pl.Expr | None) -> Iterator[pl.DataFrame]:
        with self.open() as file:
            file.snapshot.check_same()
            rows = self.lazy.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
            yield from (rows if predicate is None else rows.filter(predicate)).collect_batches()
            file.snapshot.check_same()


def parts_of(path: Path, file: File, like: Parts | None) -> Parts | None:
    """The file in parts, None where it can only be read at once."""
    if not file.snapshot.regular:
        return None
    if file.format == "delimited":
        return DelimitedParts(path, file, like.dialect if isinstance(like, DelimitedParts) else None)
    if file.format == "json lines":
        return LineParts(path, file)
    columnar = file.format == "parquet" or file.head.startswith(b"ARROW1")
    return ColumnarParts(path, file) if columnar and not file.compression else None
