"""Types of text columns, inferred from whole columns."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from philtre.errors import DataError

HEAD = 1000
_ODD = r"^(?:\+|-?0[0-9])"
"""A leading zero or plus makes a whole number a code: 007, +4722000000."""


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of a frame of text their types: whole numbers, floating numbers or truth values, else text.

    In a column of numbers or truth values the empty text is missing. A column without values stays text.

    Example:
        >>> typed(pl.DataFrame({"a": ["1", "", "3"], "b": ["1", "2.5", None], "c": ["007", "8", "9"]})).rows()
        [(1, 1.0, '007'), (None, 2.5, '8'), (3, None, '9')]
    """
    head = frame.head(HEAD)
    likely = {name: _type_of(head[name]) for name in frame.columns}
    cast = _cast(frame, likely)
    failed = _failed(frame, cast, [name for name, dtype in likely.items() if dtype != pl.String])
    found = {name: _type_of(frame[name]) for name in failed}
    return frame.with_columns(cast.drop(failed)).with_columns(_cast(frame, found))


def _type_of(text: pl.Series) -> Any:
    """The type that fits all values of a column; whole numbers where it has none in a head."""
    values = text.drop_nulls().filter(text.drop_nulls() != "")
    if not len(values):
        return pl.Int64 if len(text) == HEAD else pl.String
    floats = values.cast(pl.Float64, strict=False)
    if not floats.null_count() and floats.is_finite().any():
        return _number_of(values)
    truths = values.cast(pl.String).str.to_lowercase().is_in(["true", "false"])
    return pl.Boolean if truths.all() else pl.String


def _number_of(values: pl.Series) -> Any:
    fits = (dtype for dtype in (pl.Int64, pl.Int128) if not values.cast(dtype, strict=False).null_count())
    dtype = next(fits, pl.Float64)
    return pl.String if dtype != pl.Float64 and values.str.contains(_ODD).any() else dtype


def _cast(frame: pl.DataFrame, dtypes: dict[str, Any]) -> pl.DataFrame:
    """The columns that are not to stay text; a text that does not fit becomes null."""
    casts = [
        _truth(pl.col(name)) if dtype == pl.Boolean else pl.col(name).cast(dtype, strict=False)
        for name, dtype in dtypes.items()
        if dtype != pl.String
    ]
    return frame.lazy().select(casts).collect()


def _truth(text: pl.Expr) -> pl.Expr:
    word = text.str.to_lowercase()
    return pl.when(word.is_in(["true", "false"])).then(word == "true")


def _failed(frame: pl.DataFrame, cast: pl.DataFrame, names: Iterable[str]) -> list[str]:
    """The columns where a value became null, or a whole number is a code."""
    questions = [
        pl.struct(
            texts=pl.col(name).count() - (pl.col(name) == "").sum(),
            odd=pl.col(name).str.contains(_ODD).any() if cast[name].dtype.is_integer() else pl.lit(False),
        ).alias(name)
        for name in names
    ]
    answers = frame.lazy().select(questions).collect().row(0, named=True) if questions else {}
    return [
        name
        for name, answer in answers.items()
        if answer["odd"] or answer["texts"] != cast[name].count() or not answer["texts"]
    ]


def cast_to(frame: pl.DataFrame, schema: Mapping[str, Any], where: str) -> pl.DataFrame:
    """Give columns of text the types that a first part of them has.

    Raises:
        DataError: if a value does not fit, naming it.
    """
    cast = _cast(frame, dict(schema))
    for name in _failed(frame, cast, cast.columns):
        bad = frame.filter((pl.col(name) != "") & (cast[name].is_null() | pl.col(name).str.contains(_ODD)))[name]
        if len(bad):
            raise DataError(
                f"{where}, column {name!r}",
                expected=f"values of type {schema[name]}, as in the first part of the file",
                got=repr(bad[0]),
                hint="read(...) looks at whole columns",
            )
    return frame.select(cast[name] if name in cast.columns else pl.col(name) for name in schema)
