"""Read a file into a Polars data frame, or say in one message why it cannot be read."""

import csv
import difflib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from philtre.errors import DataError


def read(path: str | os.PathLike[str]) -> pl.DataFrame:
    """Read a data file; its suffix names the format.

    Column types are inferred from whole columns, so that a word in the last row is no surprise.

    Args:
        path: a file that ends with ``.csv`` (comma separated, UTF-8, a header in the first line) or ``.parquet``.

    Returns:
        The data frame: at least one row, column names unique and not empty.

    Raises:
        DataError: if there is no such file, or it is empty, not what its suffix says, or damaged.
    """
    file = Path(path)
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = " or ".join(READERS)
        raise _refuse(file, f"a file that ends with {known}", f"the suffix {file.suffix!r}")
    frame = reader(file, _content(file))
    if frame.is_empty():
        raise _refuse(file, "at least one row of data", "a header only")
    return frame


def read_csv(file: Path, content: bytes) -> pl.DataFrame:
    """Parse the bytes of a CSV file; see `read`."""
    rows = _rows(file, _text(file, content))
    header = next(row for _, row in rows if row)
    check_names(header, _where(file))
    blank = _check_widths(file, rows, len(header))
    try:
        frame = pl.read_csv(content, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise _refuse(file, "comma separated values", str(error).partition("\n")[0]) from None
    return frame.filter(~pl.all_horizontal(pl.all().is_null())) if blank and len(header) > 1 else frame


def read_parquet(file: Path, content: bytes) -> pl.DataFrame:
    """Parse the bytes of a Parquet file; see `read`."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise _refuse(file, "a Parquet file", str(error).partition("\n")[0]) from None
    check_names(frame.columns, _where(file))
    return frame


READERS: dict[str, Callable[[Path, bytes], pl.DataFrame]] = {".csv": read_csv, ".parquet": read_parquet}


def check_names(names: Iterable[str], where: str) -> None:
    """Refuse column names that are empty or occur twice.

    Raises:
        DataError: naming the positions (from 1) of the empty ones, or the names that occur twice.
    """
    columns = list(names)
    empty = [str(position) for position, name in enumerate(columns, 1) if not name.strip()]
    if empty:
        raise DataError(
            where, expected="a name for every column", got=f"no name for column {', '.join(empty)} of {len(columns)}"
        )
    twice = [f"{name!r} {count} times" for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise DataError(where, expected="column names that differ", got=", ".join(twice), hint="rename them")


def _content(file: Path) -> bytes:
    if not file.exists():
        siblings = [sibling.name for sibling in file.parent.iterdir()] if file.parent.is_dir() else []
        close = difflib.get_close_matches(file.name, siblings, n=1)
        hint = f"is '{file.with_name(close[0])}' meant?" if close else ""
        raise _refuse(file, "a file", "nothing at this path", hint=hint)
    if file.is_dir():
        raise _refuse(file, "a file", "a folder", hint="name one file in it")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _refuse(file, "a file that can be read", str(error.strerror)) from None
    if not content.strip():
        raise _refuse(file, "a header and rows", "an empty file")
    return content


def _text(file: Path, content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refuse(file, "text in UTF-8", "text in UTF-16", hint="save it again as UTF-8")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise _refuse(file, "a text file", f"binary content (a zero byte in line {line})")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the mark
        offset = error.start + len(content) - len(error.object)
        line = content.count(b"\n", 0, offset) + 1
        raise _refuse(
            file,
            "text in UTF-8",
            f"byte 0x{content[offset]:02x} at offset {offset}, line {line}",
            hint="is it Latin-1 or Windows-1252? Save it again as UTF-8",
        ) from None


def _rows(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, and the line in which it starts; a blank line has no cells."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    end = 0
    try:
        for row in rows:
            yield end + 1, row
            end = rows.line_num
    except csv.Error as error:
        got = f"a row in line {end + 1} that has none ({error})"
        raise _refuse(file, "cells in commas and quotes", got, hint="is a quote left open?") from None


def _check_widths(file: Path, rows: Iterable[tuple[int, list[str]]], width: int) -> int:
    """Refuse a row with more or fewer cells than the header; gives the number of blank lines."""
    blank = 0
    for line, row in rows:
        if not row:
            blank += 1
        elif len(row) != width:
            hint = "put quotes around cells that contain a comma" if len(row) > width else ""
            raise _refuse(file, f"{width} columns in each row", f"{len(row)} in line {line}", hint=hint)
    return blank


def _where(file: Path) -> str:
    return f"'{file}'"


def _refuse(file: Path, expected: str, got: str, hint: str = "") -> DataError:
    return DataError(_where(file), expected=expected, got=got, hint=hint)
