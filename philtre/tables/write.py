"""Write a table beside its answers; the file appears under its name only when it is complete."""

import csv
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from philtre.errors import DataError
from philtre.fields import AnyField, Boolean, Number, Timestamp
from philtre.signature import Signature
from philtre.tables.arrow import SUFFIXES, import_pyarrow
from philtre.tables.chunk import Chunk


class Writer(Protocol):
    """Writes chunks with their answers beside them."""

    def write(self, chunk: Chunk, answers: Mapping[str, list[Any]]) -> None:
        """Append the chunk's columns, then the answers."""

    def close(self) -> None:
        """Finish the file."""


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
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise DataError(f"output '{path}'", expected="another file than the input", got="the same file")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        writer = _ArrowWriter(part, path.suffix, signature) if path.suffix in SUFFIXES else _CsvWriter(part)
        try:
            yield writer
        finally:
            writer.close()
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


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
        self.pyarrow = import_pyarrow(f"writing {suffix} files")
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
        if name in chunk.values:
            return pa.array(chunk.values[name], _arrow_type(pa, self.signature.inputs[name]))
        return pa.array([None if value is None else _text(value) for value in chunk.columns[name]], pa.string())

    def _open(self, schema: Any) -> Any:
        if self.parquet:
            from pyarrow import parquet

            return parquet.ParquetWriter(self.part, schema)
        from pyarrow import ipc

        return ipc.new_file(str(self.part), schema)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _arrow_type(pa: Any, field: AnyField) -> Any:
    if isinstance(field, Number):
        return pa.int64() if field.integer else pa.float64()
    if isinstance(field, Boolean):
        return pa.bool_()
    return pa.timestamp("us", "UTC") if isinstance(field, Timestamp) else pa.string()


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        return msgspec.json.encode(value).decode()
    return "" if value is None else str(value)
