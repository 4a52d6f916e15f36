"""The rows of a delimited text, one by one, with the line where each starts."""

import csv
from collections.abc import Iterable, Iterator

from philtre.errors import DataError
from philtre.files.dialect import Dialect, quoting_of

CELL_BYTES = 16 << 20


def rows(lines: Iterable[str], dialect: Dialect, where: str) -> Iterator[tuple[int, list[str]]]:
    """Read rows of one width; blank lines are left out, but a missing value in a file of one column.

    Args:
        lines: the text in lines, as a stream opened with ``newline=""`` gives them.
        dialect: delimiter, quotes, and the width that every row must have; the header is a row like the others.
        where: the file, for errors.

    Raises:
        DataError: if a row has another width or a quote is left open, naming its line.
    """
    csv.field_size_limit(CELL_BYTES)
    reader = csv.reader(lines, delimiter=dialect.separator, quoting=quoting_of(dialect.quoted), strict=True)
    width, end = len(dialect.names), 0
    try:
        for cells in reader:
            if cells and len(cells) != width:
                raise _ragged(where, dialect, end + 1, len(cells))
            if cells or (width == 1 and end):
                yield end + 1, cells or [""]
            end = reader.line_num
    except csv.Error as error:
        got = f"a row in line {end + 1} that has none ({error})"
        raise DataError(where, expected=f"cells in {dialect.marks}", got=got, hint="is a quote left open?") from None


def _ragged(where: str, dialect: Dialect, line: int, got: int) -> DataError:
    width = len(dialect.names)
    hint = f"put quotes around cells that contain a {dialect.word}" if got > width else ""
    return DataError(where, expected=f"{width} columns in each row", got=f"{got} in line {line}", hint=hint)
