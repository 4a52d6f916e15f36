"""A table on disk is a stream of chunks: read one, encode it, answer it, write it; memory stays constant.

CSV needs nothing beyond the base install; Parquet and Arrow files come with the extra ``[arrow]``.
"""

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TextIO

from philtre.errors import DataError, MissingPackage
from philtre.fields import AnyField, Array, Boolean, Number, Timestamp
from philtre.signature import Signature

CHUNK_ROWS = 4096
CELL_BYTES = 16 * 2**20
ARROW_SUFFIXES = (".parquet", ".arrow", ".feather")


class Chunk(NamedTuple):
    """Some rows of a table."""

    columns: dict[str, list[Any]]
    """Every column of the source as it stands there: text of a CSV file, Python values of an Arrow one."""
    values: dict[str, list[Any]]
    """Parsed values of the columns that the signature knows."""
    arrays: dict[str, Array]
    """Their wire arrays."""
    schema: Any
    """The Arrow schema of the source, None for CSV."""


class Writer(Protocol):
    """Writes chunks with their answers beside them."""

    def write(self, chunk: Chunk, answers: Mapping[str, list[Any]]) -> None:
        """Append the chunk's columns, then the answers."""

    def close(self) -> None:
        """Finish the file."""


def read(path: str | os.PathLike[str], signature: Signature, rows: int = CHUNK_ROWS) -> Iterator[Chunk]:
    """Read a table in chunks, each validated and encoded.

    Args:
        path: a ``.csv`` file, or with the extra ``[arrow]`` a ``.parquet`` or ``.arrow`` file.
        signature: its inputs must be columns of the table; others pass through.
        rows: rows a chunk at most.

    Raises:
        DataError: if the file is absent, empty, not text, ragged, or has columns twice.
        SignatureError: if a column is absent or a cell does not fit its field; `row` counts from the file's start.
        MissingPackage: if an Arrow file is read without the extra.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"table '{path}'", expected="a file", got="a folder" if path.is_dir() else "no such file")
    chunks = _read_arrow(path, signature, rows) if path.suffix in ARROW_SUFFIXES else _read_csv(path, signature, rows)
    yield from chunks


@contextmanager
def writing(path: str | os.PathLike[str], source: str | os.PathLike[str], signature: Signature) -> Iterator[Writer]:
    """Write a table; the file appears under its name only when it is complete.

    Args:
        path: file to write; the suffix decides the format.
        source: the table that is being read, which must be another file.
        signature: gives the columns of a CSV source their types in an Arrow file.

    Raises:
        DataError: if the folder does not exist, or the file is the source itself.
        MissingPackage: if an Arrow file is written without the extra.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise DataError(f"output '{path}'", expected="a folder that exists", got=f"'{path.parent}'")
    if path.exists() and path.samefile(source):
        raise DataError(f"output '{path}'", expected="another file than the input", got="the same file")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        writer = _ArrowWriter(part, path.suffix, signature) if path.suffix in ARROW_SUFFIXES else _CsvWriter(part)
        try:
            yield writer
        finally:
            writer.close()
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _read_csv(path: Path, signature: Signature, rows: int) -> Iterator[Chunk]:
    csv.field_size_limit(CELL_BYTES)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _csv_rows(file, path)
        header = next(lines, None)
        if not header:
            raise DataError(f"table '{path}'", expected="a header and rows", got="an empty file")
        check_header(header, str(path))
        start = 0
        while (cells := list(islice(lines, rows))) or not start:
            columns = {name: [row[i] for row in cells] for i, name in enumerate(header)}
            yield _chunk(columns, signature, start)
            if not cells:
                return
            start += len(cells)


def _csv_rows(file: TextIO, path: Path) -> Iterator[list[str]]:
    reader = csv.reader(file, strict=True)
    width = 0
    try:
        for cells in reader:
            if not cells and width != 1:
                continue
            width = width or len(cells)
            if len(cells) != width:
                raise DataError(
                    f"table '{path}', line {reader.line_num}", expected=f"{width} cells", got=f"{len(cells)}"
                )
            yield cells
    except UnicodeDecodeError as error:
        raise DataError(
            f"table '{path}'",
            expected="text in UTF-8",
            got=f"byte {error.object[error.start]:#04x} after line {reader.line_num}",
            hint="save it as UTF-8",
        ) from None
    except csv.Error as error:
        raise DataError(f"table '{path}', line {reader.line_num}", expected="CSV", got=str(error)) from None


def check_header(header: Sequence[str], where: str) -> None:
    """Refuse column names that are empty or stand twice.

    Raises:
        DataError: naming the columns.
    """
    empty = [position for position, name in enumerate(header, 1) if not name.strip()]
    twice = sorted({name for name in header if header.count(name) > 1})
    if empty:
        raise DataError(f"table '{where}'", expected="a name for every column", got=f"none for column {empty[0]}")
    if twice:
        raise DataError(f"table '{where}'", expected="column names that differ", got=f"{twice} more than once")


def _chunk(columns: dict[str, list[Any]], signature: Signature, start: int, schema: Any = None) -> Chunk:
    """Parse the text of a CSV file, or check the values of an Arrow one, and encode them; `start` is the first row."""
    values: dict[str, list[Any]] = {}
    arrays = {}
    for name, field in signature.inputs.items():
        if name not in columns:
            raise signature.absent(name, list(columns))
        take = field.parse if schema is None else field.validate
        values[name] = [take(cell, name, row) for row, cell in enumerate(columns[name], start)]
        arrays[name] = field.pack(values[name], name)
    return Chunk(columns, values, arrays, schema)


def _read_arrow(path: Path, signature: Signature, rows: int) -> Iterator[Chunk]:
    pyarrow = _pyarrow(f"reading '{path}'")
    start = 0
    try:
        for batch in _arrow_batches(path, rows):
            names = batch.schema.names
            check_header(names, str(path))
            columns = {name: column.to_pylist() for name, column in zip(names, batch.columns, strict=True)}
            yield _chunk(columns, signature, start, batch.schema)
            start += batch.num_rows
    except pyarrow.ArrowInvalid as error:
        kind = "Parquet" if path.suffix == ".parquet" else "Arrow"
        raise DataError(f"table '{path}'", expected=f"a file in {kind} format", got=str(error)) from None


def _arrow_batches(path: Path, rows: int) -> Iterator[Any]:
    """The record batches of a file, at most `rows` long; one without rows where there are none."""
    import pyarrow
    from pyarrow import ipc, parquet

    found = False
    if path.suffix == ".parquet":
        with parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            for batch in file.iter_batches(batch_size=rows):
                found = True
                yield batch
    else:
        with ipc.open_file(str(path)) as file:
            schema = file.schema
            for i in range(file.num_record_batches):
                batch = file.get_batch(i)
                for offset in range(0, batch.num_rows, rows):
                    found = True
                    yield batch.slice(offset, rows)
    if not found:
        yield pyarrow.RecordBatch.from_pylist([], schema=schema)


class _CsvWriter:
    def __init__(self, part: Path) -> None:
        self.file = part.open("w", encoding="utf-8", newline="")
        self.rows = csv.writer(self.file)
        self.header: list[str] = []

    def write(self, chunk: Chunk, answers: Mapping[str, list[Any]]) -> None:
        if not self.header:
            self.header = [*chunk.columns, *answers]
            self.rows.writerow(self.header)
        cells = zip(*chunk.columns.values(), *answers.values(), strict=True)
        self.rows.writerows([_text(cell) for cell in row] for row in cells)

    def close(self) -> None:
        self.file.close()


class _ArrowWriter:
    def __init__(self, part: Path, suffix: str, signature: Signature) -> None:
        self.signature = signature
        self.pyarrow = _pyarrow(f"writing {suffix} files")
        self.part = part
        self.parquet = suffix == ".parquet"
        self.writer: Any = None

    def write(self, chunk: Chunk, answers: Mapping[str, list[Any]]) -> None:
        columns = {name: self._column(chunk, name) for name in chunk.columns}
        columns |= {name: self.pyarrow.array(values) for name, values in answers.items()}
        batch = self.pyarrow.RecordBatch.from_pydict(columns)
        if self.writer is None:
            self.writer = self._open(batch.schema)
        self.writer.write_batch(batch)

    def _column(self, chunk: Chunk, name: str) -> Any:
        pa = self.pyarrow
        if chunk.schema is not None:
            return pa.array(chunk.columns[name], chunk.schema.field(name).type)
        field = self.signature.inputs.get(name)
        return pa.array(chunk.values.get(name, chunk.columns[name]), _arrow_type(pa, field))

    def _open(self, schema: Any) -> Any:
        if self.parquet:
            from pyarrow import parquet

            return parquet.ParquetWriter(self.part, schema)
        from pyarrow import ipc

        return ipc.new_file(str(self.part), schema)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _arrow_type(pa: Any, field: AnyField | None) -> Any:
    if isinstance(field, Number):
        return pa.int64() if field.integer else pa.float64()
    if isinstance(field, Boolean):
        return pa.bool_()
    return pa.timestamp("us", "UTC") if isinstance(field, Timestamp) else pa.string()


def _text(value: Any) -> str:
    return "" if value is None else "true" if value is True else "false" if value is False else str(value)


def _pyarrow(purpose: str) -> Any:
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise MissingPackage("pyarrow", extra="arrow", purpose=purpose) from None
    return pyarrow
