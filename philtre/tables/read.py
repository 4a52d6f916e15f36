"""Read a table in chunks, each validated and encoded."""

import os
from collections.abc import Callable, Iterator
from itertools import islice

from philtre.files import File, Report, check_names, infer, text_stream
from philtre.files import rows as rows_of
from philtre.signature import Signature
from philtre.tables.arrow import arrow_chunks
from philtre.tables.chunk import Chunk, text_chunk
from philtre.tables.records import json_chunks, line_chunks

CHUNK_ROWS = 4096


def read(
    path: str | os.PathLike[str], signature: Signature, rows: int = CHUNK_ROWS, report: Report | None = None
) -> Iterator[Chunk]:
    """Read a table in chunks.

    Whatever `philtre.data.read` makes of the first part of a file (delimiter, header, encoding, compression), this
    makes of it too; a first row with the name of an input is a header. Rows that are appended meanwhile are left out.

    Args:
        path: a file of delimited text or JSON, or with the extra ``[arrow]`` a Parquet or Arrow file, each also as
            ``.gz`` or ``.zst``; "-" is standard input.
        signature: its inputs must be columns of the table; others pass through.
        rows: rows a chunk at most.
        report: told, in words, what was inferred.

    Raises:
        DataError: if the file is absent, empty, of no known format, ragged, or has columns twice.
        SignatureError: if a column is absent or a cell does not fit its field; `row` counts from the file's start.
        MissingPackage: if a package for the format is not installed.
    """
    with File(path, report) as file:
        yield from READERS[file.format](file, signature, rows)


def delimited_chunks(file: File, signature: Signature, size: int) -> Iterator[Chunk]:
    """Read delimited text; a table without rows is one empty chunk."""
    dialect = infer(file.head_text(), file.suffix, known=signature.inputs, whole=file.whole)
    for finding in dialect.findings:
        file.report(finding)
    check_names(dialect.names, file.where)
    lines = (cells for _, cells in rows_of(text_stream(file), dialect, file.where))
    if dialect.header:
        next(lines)
    start = 0
    while (cells := list(islice(lines, size))) or not start:
        columns = {name: [row[i] for row in cells] for i, name in enumerate(dialect.names)}
        yield text_chunk(columns, signature, start)
        if not cells:
            return
        start += len(cells)


READERS: dict[str, Callable[[File, Signature, int], Iterator[Chunk]]] = {
    "delimited": delimited_chunks,
    "json lines": line_chunks,
    "json": json_chunks,
    "parquet": arrow_chunks,
    "arrow": arrow_chunks,
}
