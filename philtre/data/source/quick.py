"""Parse a long text with the types of its first part, if those turn out to be the types of all of it.

Text columns first and types from them later is always right, and twice the work. This is the shortcut: either the
answer is the same, or there is none.
"""

from typing import Any

import numpy as np
import polars as pl

from philtre.data.source.types import typed
from philtre.fields import Array
from philtre.files import Dialect

STEP = 1 << 18
"""Bytes looked at together; they stay in the processor's cache."""


def parse_quickly(content: bytes, head: pl.DataFrame, dialect: Dialect) -> pl.DataFrame | None:
    """Parse UTF-8 text.

    Args:
        content: the text.
        head: text columns of its first rows.
        dialect: how it is written.

    Returns:
        The typed frame, or None where only whole columns tell: a value does not fit, a column has no value in the
        head, a number may be a code, a row is short, a line is blank.
    """
    schema = typed(head).schema
    empty = [name for name in head.columns if head[name].replace("", None).null_count() == head.height]
    if pl.Int64 in schema.values() and _may_have_codes(content, dialect):
        return None
    try:
        frame = pl.read_csv(content, **options(dialect), schema=schema)
    except pl.exceptions.PolarsError:
        return None
    found = any(frame[name].null_count() < frame.height for name in empty)
    return None if found or not _complete(frame, content, dialect) else frame


def options(dialect: Dialect) -> dict[str, Any]:
    """How Polars reads a text of a dialect."""
    quote = '"' if dialect.quoted else None
    return {"has_header": dialect.header, "separator": dialect.separator, "quote_char": quote}


def _complete(frame: pl.DataFrame, content: bytes, dialect: Dialect) -> bool:
    """Whether each delimiter stands between cells or in a cell of text, so that no row is short."""
    between = (frame.height + dialect.header) * (frame.width - 1)
    over = content.count(dialect.separator.encode()) - between
    if over <= 0 or b'"' not in content:
        return over == 0
    in_names = sum(name.count(dialect.separator) for name in dialect.names) if dialect.header else 0
    texts = frame.select(pl.col(pl.String).str.count_matches(dialect.separator, literal=True).sum())
    return over == in_names + int(texts.sum_horizontal().item() if texts.width else 0)


def _may_have_codes(content: bytes, dialect: Dialect) -> bool:
    """Whether a cell starts with a leading zero, a plus, or a space and a number: a parser of numbers takes those."""
    data = np.frombuffer(content, np.uint8)
    return any(
        _starts_a_code(data[start : start + STEP + 3], ord(dialect.separator)).any()
        for start in range(0, len(data), STEP)
    )


def _starts_a_code(part: Array, separator: int) -> Array:
    before, one, two, three = part[:-3], part[1:-2], part[2:-1], part[3:]
    first = (before == separator) | (before == ord("\n")) | (before == ord('"'))
    digit = two - ord("0") < 10
    found = (one == ord("+")) | ((one == ord("0")) & digit) | ((one == ord(" ")) & (digit | (two == ord("-"))))
    if (one == ord("-")).any():
        found |= (one == ord("-")) & (two == ord("0")) & (three - ord("0") < 10)
    return np.asarray(found & first)
