"""JSON becomes a frame: an array of records, or one record in each line."""

import io
import json

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
        raise _refused(file, RECORDS, error) from None


def parse_json_lines(file: File) -> pl.DataFrame:
    """Parse lines with one record each; see `read`."""
    content = b"".join(file.text())
    check_depth(content, file.where)
    try:
        return pl.read_ndjson(io.BytesIO(content), infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        _refuse_first_bad_line(file, content)
        raise _refused(file, "records with values of one type in each column", error) from None


def _refuse_first_bad_line(file: File, content: bytes) -> None:
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise DataError(
                file.where, expected="one JSON object in each line", got=f"none in line {number} ({error})"
            ) from None
        if not isinstance(record, dict):
            got = f"{line[:20].decode()!r} in line {number}"
            raise DataError(file.where, expected="one JSON object in each line", got=got)


def _refused(file: File, expected: str, error: Exception) -> DataError:
    return DataError(file.where, expected=expected, got=str(error).partition("\n")[0])
