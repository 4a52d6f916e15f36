"""Types of text columns, inferred from whole columns."""

from typing import Any

import polars as pl

HEAD = 1000
_ODD = r"^(?:\+|-?0[0-9])"
"""A leading zero or plus makes a whole number a code: 007, +4722000000."""

_TRUTHS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of a frame of text their types: whole numbers, floating numbers or truth values, else text.

    In a column of numbers or truth values the empty text is missing. A column without values stays text.

    Example:
        >>> typed(pl.DataFrame({"a": ["1", "", "3"], "b": ["1", "2.5", None], "c": ["007", "8", "9"]})).rows()
        [(1, 1.0, '007'), (None, 2.5, '8'), (3, None, '9')]
    """
    likely = _types(frame.head(HEAD), frame.columns)
    found = _types(frame, [name for name, dtype in likely.items() if dtype != pl.String])
    return frame.with_columns(_cast(name, dtype) for name, dtype in found.items() if dtype not in (None, pl.String))


def _types(frame: pl.DataFrame, names: list[str]) -> dict[str, Any]:
    """The type that fits all values of each column, None where it has none."""
    if not names:
        return {}
    answers = frame.lazy().select(_questions(name).alias(name) for name in names).collect().row(0, named=True)
    return {name: _decide(frame[name], **answers[name]) for name in names}


def _questions(name: str) -> pl.Expr:
    """How many values a column has, and how many of them each type fits."""
    text = pl.col(name)
    floats = text.cast(pl.Float64, strict=False)
    return pl.struct(
        values=text.len() - text.null_count() - (text == "").sum(),
        whole=text.cast(pl.Int64, strict=False).count(),
        odd=text.str.contains(_ODD).any(),
        floats=floats.count(),
        finite=floats.is_finite().any(),
        truths=text.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean).count(),
    )


def _decide(column: pl.Series, values: int, whole: int, odd: bool, floats: int, finite: bool, truths: int) -> Any:
    if not values:
        return None
    if whole == values:
        return pl.String if odd else pl.Int64
    if floats == values and finite:
        return _beyond_int64(column, values, odd)
    if truths == values:
        return pl.Boolean
    return pl.String


def _beyond_int64(column: pl.Series, values: int, odd: bool) -> Any:
    """Floating numbers, or whole ones that need more than 64 bits."""
    if column.cast(pl.Int128, strict=False).count() < values:
        return pl.Float64
    return pl.String if odd else pl.Int128


def _cast(name: str, dtype: Any) -> pl.Expr:
    text = pl.col(name)
    if dtype == pl.Boolean:
        return text.replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean)
    return text.cast(dtype, strict=False)
