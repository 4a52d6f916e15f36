"""Some rows of a table, as they stand there and as arrays."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from philtre.fields import Array
from philtre.signature import Signature


class Chunk(NamedTuple):
    """Some rows of a table."""

    columns: dict[str, list[Any]]
    """Every column of the source as it stands there: text of a delimited file, else Python values."""
    values: dict[str, list[Any]]
    """Parsed values of the columns that the signature knows."""
    arrays: dict[str, Array]
    """Their wire arrays."""
    schema: Any = None
    """The Arrow schema of a Parquet or Arrow source."""


def chunk(columns: dict[str, list[Any]], signature: Signature, start: int, schema: Any = None) -> Chunk:
    """Check values and encode them; `start` is the number of the first row."""
    return _chunk(columns, signature, start, "validate", schema)


def text_chunk(columns: dict[str, list[Any]], signature: Signature, start: int) -> Chunk:
    """Parse cells of text and encode them; `start` is the number of the first row."""
    return _chunk(columns, signature, start, "parse", None)


def _chunk(columns: dict[str, list[Any]], signature: Signature, start: int, take: str, schema: Any) -> Chunk:
    values: dict[str, list[Any]] = {}
    arrays: dict[str, Array] = {}
    for name, field in _present(signature, columns).items():
        convert = getattr(field, take)
        values[name] = [convert(value, name, row) for row, value in enumerate(columns[name], start)]
        arrays[name] = field.pack(values[name], name)
    return Chunk(columns, values, arrays, schema)


def _present(signature: Signature, columns: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in signature.inputs:
        if name not in columns:
            raise signature.absent(name, list(columns))
    return signature.inputs
