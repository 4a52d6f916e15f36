"""A folder of files with the same columns is one table."""

from collections.abc import Mapping
from pathlib import Path, PurePath

import polars as pl

from philtre.errors import DataError
from philtre.files import Report


def files_of(folder: Path, report: Report | None = None) -> list[Path]:
    """The data files of a folder by name; names that start with a dot or an underscore are left out.

    Raises:
        DataError: if there are none, or folders, or files of several formats.
    """
    where = f"'{folder}'"
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))
    inner = [entry.name for entry in entries if entry.is_dir()]
    if inner:
        raise DataError(where, expected="a folder of files", got=f"the folder '{inner[0]}' in it")
    if not entries:
        raise DataError(where, expected="a file, or a folder of files", got="an empty folder")
    suffixes = sorted({_suffix(entry) for entry in entries})
    if len(suffixes) > 1:
        raise DataError(where, expected="files of one format", got=", ".join(repr(suffix) for suffix in suffixes))
    if report:
        report(f"{len(entries)} files" if len(entries) > 1 else "1 file")
    return entries


def _suffix(path: Path) -> str:
    return PurePath(path.stem).suffix if path.suffix in (".gz", ".zst") else path.suffix


def joined(tables: Mapping[Path, pl.DataFrame]) -> pl.DataFrame:
    """One frame of the rows of several; columns are matched by name, numbers take the wider type.

    Raises:
        DataError: if a file lacks a column of the first one, has one more, or another type, naming both.
    """
    (first, head), *rest = tables.items()
    for path, table in rest:
        lacking = [name for name in head.columns if name not in table.columns]
        if lacking:
            raise DataError(f"'{path}'", expected=f"the column {lacking[0]!r} of '{first.name}'", got=_shown(table))
        more = [name for name in table.columns if name not in head.columns]
        if more:
            raise DataError(f"'{path}'", expected=f"the columns of '{first.name}' only", got=f"{more[0]!r} beside them")
    schema = dict(head.schema)
    for path, table in rest:
        for name, dtype in table.schema.items():
            schema[name] = _common(schema[name], dtype, name, path)
    return pl.concat(
        table.select(pl.col(name).cast(dtype) for name, dtype in schema.items()) for table in tables.values()
    )


def _common(one: pl.DataType, other: pl.DataType, name: str, path: Path) -> pl.DataType:
    """The type that holds the values of both."""
    if one == other or other == pl.Null:
        return one
    try:
        frames = [pl.DataFrame(schema={name: dtype}) for dtype in (one, other)]
        common = pl.concat(frames, how="vertical_relaxed").schema[name]
    except pl.exceptions.PolarsError:
        common = None
    if common is None or (common == pl.String and one != pl.Null):
        expected = f"values of type {one} in column {name!r}, as in the files before it"
        raise DataError(f"'{path}'", expected=expected, got=f"type {other}")
    return common


def _shown(table: pl.DataFrame) -> str:
    return ", ".join(repr(name) for name in table.columns[:8]) + (", ..." if table.width > 8 else "")
