"""Read columns as a spelling says they are written: the same values that a field makes of a request's texts."""

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl

from philtre.data.spelling import text
from philtre.fields.spelling import CLOCK, EPOCHS, FALSE, MINUS, PLAIN, TRUE, Spelling, number_pattern, plain

View = Callable[[pl.Expr, pl.DataType, Spelling], pl.Expr]
MICROSECONDS = pl.Datetime("us")


def numbers(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    """float64 numbers, null where missing or unreadable; a column of numbers stays as it is."""
    if not is_text(dtype):
        return column
    if spelling.format == CLOCK:
        return _present(column, spelling).map_batches(
            _reader(spelling.number, pl.Float64()), return_dtype=pl.Float64, is_elementwise=True
        )
    groups = _present(column, spelling).str.extract_groups(number_pattern(spelling)).struct
    opened, before, behind, digits, unit, closed = (groups.field(f"{i}") for i in range(1, 7))
    for mark, bare in spelling.marks:
        digits = digits.str.replace_all(mark, bare, literal=True)
    size = digits.cast(pl.Float64, strict=False)
    if spelling.factors:
        size = size * _plain(unit).replace_strict(spelling.scales, default=1.0, return_dtype=pl.Float64)
    negative = opened.is_not_null() | pl.coalesce(before, behind).is_in(MINUS).fill_null(value=False)
    return pl.when(opened.is_null() == closed.is_null()).then(pl.when(negative).then(-size).otherwise(size))


def truths(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    """Truth values, null where missing or unreadable; a column of them stays as it is."""
    if dtype == pl.Boolean or spelling == PLAIN:
        return column.cast(pl.Boolean)
    words = {plain(word): value for value in (True, False) for word in _words(spelling, value)}
    said = _plain(text(column, dtype))
    said = said.fill_null("") if "" in words else said
    return said.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.Boolean)


def moments(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    """Moments in microseconds of UTC, null where missing or unreadable; a column of them stays as it is."""
    if isinstance(dtype, pl.Date | pl.Datetime | pl.Null):
        aware = isinstance(dtype, pl.Datetime) and dtype.time_zone
        return (column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if aware else column).cast(MICROSECONDS)
    if spelling.format in EPOCHS:
        ticks = column.cast(pl.Float64, strict=False) * EPOCHS[spelling.format]
        return ticks.round().cast(pl.Int64, strict=False).cast(MICROSECONDS)
    written = _present(text(column, dtype), spelling)

    def moment(written: str) -> datetime:
        found = spelling.moment(written)
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found

    return written.map_batches(_reader(moment, MICROSECONDS), return_dtype=MICROSECONDS, is_elementwise=True)


def names(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    """Names of categories, null where missing."""
    spelled = text(column, dtype)
    if spelling.null_values:
        spelled = _present(spelled, spelling)
    return _plain(spelled) if spelling.fold else spelled


def is_text(dtype: pl.DataType) -> bool:
    """Whether a column of a type holds texts."""
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def _present(column: pl.Expr, spelling: Spelling) -> pl.Expr:
    """Texts, null where they state a missing value."""
    texts = column.cast(pl.String)
    return pl.when(~_plain(texts).is_in(["", *map(plain, spelling.null_values)])).then(texts)


def _plain(texts: pl.Expr) -> pl.Expr:
    return texts.str.strip_chars().str.to_lowercase()


def _words(spelling: Spelling, value: bool) -> tuple[str, ...]:
    return (spelling.true or TRUE) if value else (spelling.false or FALSE)


def _reader(value: Callable[[str], object], dtype: pl.DataType) -> Callable[[pl.Series], pl.Series]:
    """Read texts one by one, each different text once; null where that fails."""

    def one(text: str) -> object | None:
        try:
            return value(text)
        except (ValueError, OverflowError):
            return None

    def read(texts: pl.Series) -> pl.Series:
        different = texts.drop_nulls().unique()
        if not len(different):
            return pl.Series([None] * len(texts), dtype=dtype)
        return texts.replace_strict(different, pl.Series([one(text) for text in different], dtype=dtype))

    return read
