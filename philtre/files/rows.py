"""The rows of a delimited text, one by one, with the line where each starts."""

import csv
from collections.abc import Iterable, Iterator

from philtre.errors import DataError
from philtre.files.dialect import Dialect, quoting_of

CELL_BYTES = 16 << 20


def rows(lines: Iterable[str], dialect: Dialect, where: str, before: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Read rows of one width; blank lines are left out, but a missing value in a file of one column.

    Args:
        lines: the text in lines, as a stream opened with ``newline=""`` gives them.
        dialect: delimiter, quotes, and the width that every row must have; the header is a row like the others.
        where: the file, for errors.
        before: lines of the file that stand before these.

    Raises:
        DataError: if a row has another width or a quote is left open, naming its line.
    """
    csv.field_size_limit(CELL_BYTES)
    reader = csv.reader(lines, delimiter=dialect.separator, quoting=quoting_of(dialect.quoted), strict=True)
    width, end = len(dialect.names), before
    try:
        for cells in reader:
            if cells and len(cells) != width:
                raise _ragged(where, dialect, end + 1, len(cells))
            if cells or (width == 1 and end):
                yield end + 1, cells or [""]
            end = before + reader.line_num
    except csv.Error as error:
        got = f"a row in line {end + 1} that has none ({error})"
        raise DataError(where, expected=f"cells in {dialect.marks}", got=got, hint="is a quote left open?") from None


def _ragged(where: str, dialect: Dialect, line: int, got: int) -> DataError:
    width = len(dialect.names)
    hint = f"put quotes around cells that contain a {dialect.word}" if got > width else ""
    return DataError(where, expected=f"{width} columns in each row", got=f"{got} in line {line}", hint=hint)


def whole_rows(blocks: Iterable[bytes], quoted: bool) -> Iterator[tuple[int, bytes]]:
    """Cut a text into blocks that end where a row ends, each with the number of lines before it.

    Example:
        >>> list(whole_rows([b'a\\n"b', b'\\nb"\\nc'], quoted=True))
        [(0, b'a\\n'), (1, b'"b\\nb"\\n'), (3, b'c')]
    """
    held, lines = b"", 0
    for block in blocks:
        held += block
        if end := _row_end(held, quoted):
            yield lines, held[:end]
            lines += held.count(b"\n", 0, end)
            held = held[end:]
    if held:
        yield lines, held


def _row_end(block: bytes, quoted: bool) -> int:
    """Where the last complete row of a block ends: behind a line break with an even number of quotes before it."""
    end = block.rfind(b"\n") + 1
    while end and quoted and block.count(b'"', 0, end) % 2:
        end = block.rfind(b"\n", 0, end - 1) + 1
    return end
