"""Delimited text becomes a frame of text columns.

Polars parses; it pads short rows with nulls and stumbles over quotes inside cells. So every byte of the file is
accounted for afterwards, and where the sum is not right, or Polars refuses, the rows are read one by one: that either
names the line that is wrong, or gives the table.
"""

import io

import polars as pl

from philtre.data.source.quick import options, parse_quickly
from philtre.data.source.types import typed
from philtre.files import BLOCK, HEAD_BYTES, Dialect, File, check_names, infer, rows, whole_rows


def parse_delimited(file: File, dialect: Dialect | None = None) -> pl.DataFrame:
    """Parse a delimited text; see `read`.

    Args:
        file: the file.
        dialect: how it is written, if that is known.

    Returns:
        Text columns; a cell without text is null, one with two quotes is the empty text.

    Raises:
        DataError: if a row has another width than the first one, a quote is left open, or names are empty or doubled.
    """
    dialect = dialect or dialect_of(file)
    return parse_text(*_text_of(file), dialect, file.where)


def parse_typed(file: File) -> pl.DataFrame:
    """Parse a delimited text and give its columns their types; see `read`."""
    dialect = dialect_of(file)
    content, before = _text_of(file)
    if not file.whole:
        _, first = next(whole_rows([content[:HEAD_BYTES]], dialect.quoted))
        frame = parse_quickly(content, parse_text(first, before, dialect, file.where), dialect)
        if frame is not None:
            return frame
    return typed(parse_text(content, before, dialect, file.where))


def _text_of(file: File) -> tuple[bytes, int]:
    """The text of a file as UTF-8, and the number of blank lines above it, which are left out."""
    content = b"".join(file.text(max(file.snapshot.size, BLOCK)))
    text = content.lstrip(b"\r\n")
    return text, content.count(b"\n", 0, len(content) - len(text))


def dialect_of(file: File, like: Dialect | None = None) -> Dialect:
    """Infer how a file is written, and report it.

    Args:
        file: the file.
        like: the dialect of another file of the same folder, which this one shares but for the names.

    Raises:
        DataError: if names of columns are empty or doubled.
    """
    if like is not None:
        dialect = like.of_sibling(file.head_text())
    else:
        dialect = infer(file.head_text(), file.suffix, whole=file.whole)
    for finding in dialect.findings:
        file.report(finding)
    check_names(dialect.names, file.where)
    return dialect


def parse_text(content: bytes, before: int, dialect: Dialect, where: str) -> pl.DataFrame:
    """Parse UTF-8 text that does not start with a blank line; `before` lines of the file stand before it."""
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    if len(dialect.names) > 1 and content.endswith((b"\n\n", b"\n\r\n")):
        content = content.rstrip(b"\r\n") + b"\n"
    frame = _parse(content, dialect)
    if frame is not None:
        over = _bytes_over(frame, content, dialect)
        frame = frame if over == 0 else _without_blank_lines(frame, content, over)
    return _parse_rows(content, dialect, where, before) if frame is None else frame


def _parse(content: bytes, dialect: Dialect) -> pl.DataFrame | None:
    """What Polars makes of a text, None if it refuses."""
    try:
        frame = pl.read_csv(content, **options(dialect), infer_schema=False)
    except pl.exceptions.NoDataError:
        return pl.DataFrame(schema=dict.fromkeys(dialect.names, pl.String))
    except pl.exceptions.PolarsError:
        return None
    if frame.width != len(dialect.names):
        return None
    frame.columns = list(dialect.names)
    return frame


def _bytes_over(frame: pl.DataFrame, content: bytes, dialect: Dialect) -> int:
    """How many bytes more than the content a text has that gives these cells, if all of its rows are complete.

    Marks that Polars took away are those of the content that are not in cells; the cells are searched for them only
    where the sum is not 0 without, since a mark in a cell makes it larger, and so does a short row.
    """
    heights = frame.height + dialect.header
    written = [name for position, name in enumerate(dialect.names, 1) if position not in dialect.unnamed]
    names = "".join(written) if dialect.header else ""
    ends = heights - (not content.endswith(b"\n"))
    cells = frame.select(pl.all().str.len_bytes().sum()).sum_horizontal().item() or 0
    total = int(cells) + len(names.encode()) + heights * (frame.width - 1) + ends
    marks = [mark for mark, taken in (('"', dialect.quoted), ("\r\n", b"\r" in content)) if taken]
    over = total + sum(content.count(mark.encode()) for mark in marks) - len(content)
    return over and over - sum(_count(frame, mark) + names.count(mark) for mark in marks)


def _count(frame: pl.DataFrame, text: str) -> int:
    return int(frame.select(pl.all().str.count_matches(text, literal=True).sum()).sum_horizontal().item() or 0)


def _without_blank_lines(frame: pl.DataFrame, content: bytes, over: int) -> pl.DataFrame | None:
    """The frame without its null rows, if those are blank lines and nothing else is wrong."""
    if b"\n\n" not in content and b"\n\r\n" not in content:
        return None
    kept = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return kept if over == (frame.height - kept.height) * (frame.width - 1) else None


def _parse_rows(content: bytes, dialect: Dialect, where: str, before: int) -> pl.DataFrame:
    cells = [row for _, row in rows(io.StringIO(content.decode(), newline=""), dialect, where, before)]
    columns = zip(*cells[dialect.header :], strict=True)
    texts = {name: [cell or None for cell in column] for name, column in zip(dialect.names, columns, strict=False)}
    return pl.DataFrame(texts, schema=dict.fromkeys(dialect.names, pl.String))
