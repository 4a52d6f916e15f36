"""How the values of a category are spelled, and in which order they stand."""

import math
from collections.abc import Iterable

import polars as pl


def text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Spell values as a category does: 3 and 3.0 are "3", true is "true", "" and numbers not finite are missing."""
    if dtype.is_float() or dtype.is_decimal():
        return column.cast(pl.Float64).map_elements(_spell, return_dtype=pl.String)
    spelled = column.cast(pl.String)
    return pl.when(spelled != "").then(spelled)


def as_text(value: object) -> str | None:
    """Spell one value of any type as a category does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _spell(value)
    return None if value is None else str(value)


def _spell(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    return str(int(value)) if value == int(value) else repr(value)


def ordered(values: Iterable[str]) -> tuple[str, ...]:
    """Sort names: whole numbers by size, else by alphabet.

    Example:
        >>> ordered(["10", "9", "1"]), ordered(["10", "9", "a"])
        (('1', '9', '10'), ('10', '9', 'a'))
    """
    names = sorted(values)
    try:
        return tuple(sorted(names, key=int))
    except ValueError:
        return tuple(names)
