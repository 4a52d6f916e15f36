"""Records of JSON as chunks."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from philtre.errors import DataError
from philtre.files import File, check_depth, check_names, text_stream
from philtre.signature import Signature
from philtre.tables.chunk import Chunk, chunk

Record = dict[str, Any]
_RECORD = msgspec.json.Decoder(Record)
_RECORDS = msgspec.json.Decoder(list[Record])


def json_chunks(file: File, signature: Signature, size: int) -> Iterator[Chunk]:
    """Read an array of records."""
    content = b"".join(file.text())
    check_depth(content, file.where)
    try:
        records = _RECORDS.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(file.where, expected="an array of records", got=str(error)) from None
    return _chunks(iter(records), list(dict.fromkeys(name for record in records for name in record)), signature, size)


def line_chunks(file: File, signature: Signature, size: int) -> Iterator[Chunk]:
    """Read lines with one record each; columns that the first part of the file does not have are left out."""
    first = file.head_text()
    lines = first[: len(first) if file.whole else first.rfind("\n") + 1].splitlines()
    names = dict.fromkeys(name for number, line in enumerate(lines, 1) for name in _record(line, file, number))
    records = (_record(line, file, number) for number, line in enumerate(text_stream(file), 1) if line.strip())
    return _chunks(records, list(names), signature, size)


def _record(line: str, file: File, number: int) -> Record:
    if not line.strip():
        return {}
    check_depth(line.encode(), f"{file.where}, line {number}")
    try:
        return _RECORD.decode(line)
    except msgspec.MsgspecError as error:
        got = f"none in line {number} ({error})"
        raise DataError(file.where, expected="one JSON object in each line", got=got) from None


def _chunks(records: Iterator[Record], names: list[str], signature: Signature, size: int) -> Iterator[Chunk]:
    check_names(names, "records")
    start = 0
    while taken := list(islice(records, size)):
        yield chunk({name: [record.get(name) for record in taken] for name in names}, signature, start)
        start += len(taken)
