"""Parquet and Arrow files as chunks."""

import io
from collections.abc import Iterator
from typing import Any

from philtre.errors import DataError, MissingPackage
from philtre.files import File, check_names
from philtre.signature import Signature
from philtre.tables.chunk import Chunk, chunk

SUFFIXES = (".parquet", ".arrow", ".feather")


def arrow_chunks(file: File, signature: Signature, size: int) -> Iterator[Chunk]:
    """Read a Parquet file, an Arrow file or a stream of Arrow batches; a table without rows is one empty chunk."""
    pyarrow = import_pyarrow(f"reading {file.where}")
    packed = file.compression or not file.snapshot.regular
    source = io.BytesIO(file.content()) if packed else file.snapshot.file
    start = 0
    try:
        for batch in _batches(source, file, size):
            names = batch.schema.names
            check_names(names, file.where)
            columns = {name: column.to_pylist() for name, column in zip(names, batch.columns, strict=True)}
            yield chunk(columns, signature, start, batch.schema)
            start += batch.num_rows
    except (pyarrow.ArrowInvalid, OSError) as error:
        kind = "Parquet" if file.format == "parquet" else "Arrow"
        raise DataError(file.where, expected=f"a file in {kind} format", got=str(error)) from None
    if not packed:
        file.snapshot.check_same()


def _batches(source: Any, file: File, size: int) -> Iterator[Any]:
    """The record batches of a file, at most `size` rows long; one without rows where there are none."""
    import pyarrow
    from pyarrow import ipc, parquet

    source.seek(0)
    reader: Any
    if file.format == "parquet":
        reader = parquet.ParquetFile(source)
        schema, batches = reader.schema_arrow, reader.iter_batches(batch_size=size)
    elif file.head.startswith(b"ARROW1"):
        reader = ipc.open_file(source)
        schema, batches = reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))
    else:
        batches = ipc.open_stream(source)
        schema = batches.schema
    found = False
    for batch in batches:
        for offset in range(0, batch.num_rows, size):
            found = True
            yield batch.slice(offset, size)
    if not found:
        yield pyarrow.RecordBatch.from_pylist([], schema=schema)


def import_pyarrow(purpose: str) -> Any:
    """Import the package.

    Raises:
        MissingPackage: if it is not installed.
    """
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingPackage("pyarrow", extra="arrow", purpose=purpose) from None
    return pyarrow
