"""JSON becomes a frame: an array of records, or one record in each line."""

import io
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from philtre.errors import DataError
from philtre.files import File, check_depth

RECORDS = "an array of records"


def parse_json(file: File) -> pl.DataFrame:
    """Parse an array of records; see `read`."""
    content = b"".join(file.text())
    check_depth(content, file.where)
    if not content.lstrip().startswith(b"["):
        got = f"a text that starts with {content.lstrip()[:12].decode(errors='replace')!r}"
        raise DataError(file.where, expected=RECORDS, got=got)
    try:
        return pl.read_json(io.BytesIO(content), infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise _refused(file.where, RECORDS, error) from None


def parse_json_lines(file: File) -> pl.DataFrame:
    """Parse lines with one record each; see `read`."""
    return parse_lines(b"".join(file.text()), file.where)


def parse_lines(content: bytes, where: str, schema: Mapping[str, Any] | None = None, before: int = 0) -> pl.DataFrame:
    """Parse lines with one record each.

    Args:
        content: UTF-8 text.
        where: the file, for errors.
        schema: columns to take and their types; all, with types inferred, if None.
        before: lines of the file that stand before these.

    Raises:
        DataError: naming the first line that is no record, or what does not fit the schema.
    """
    check_depth(content, where)
    try:
        return pl.read_ndjson(io.BytesIO(content), schema=schema, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        _refuse_first_bad_line(content, where, before)
        raise _refused(where, "records with values of one type in each column", error) from None


def _refuse_first_bad_line(content: bytes, where: str, before: int) -> None:
    expected = "one JSON object in each line"
    for number, line in enumerate(content.split(b"\n"), before + 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise DataError(where, expected=expected, got=f"none in line {number} ({error})") from None
        if not isinstance(record, dict):
            raise DataError(where, expected=expected, got=f"{line[:20].decode()!r} in line {number}")


def _refused(where: str, expected: str, error: Exception) -> DataError:
    return DataError(where, expected=expected, got=str(error).partition("\n")[0])
