"""The edge: any data frame that narwhals understands comes in as Polars, and answers go back in the caller's kind.

Importing this module teaches `predict` to take data frames.
"""

import math
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from philtre.data import written
from philtre.data.source import check_names
from philtre.data.spelling import as_text
from philtre.errors import DataError
from philtre.executable import register_converter
from philtre.fields import (
    PLAIN,
    AnyField,
    Array,
    Boolean,
    Category,
    Hashed,
    Number,
    Spelling,
    Tensor,
    Text,
    Timestamp,
)
from philtre.signature import Signature


def is_frame(value: Any) -> bool:
    """Whether a value is a data frame, eager or lazy, of a library that narwhals understands."""
    try:
        nw.from_native(value)
    except TypeError:
        return False
    except nw.exceptions.DuplicateError:
        pass  # a frame, though not one that can be used: `to_polars` says why
    return True


def sample(frame: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """Every row of a small frame, else every second, third, ... so that there are `most` rows at most."""
    rows = frame.select(pl.len()).collect(engine="streaming").item()
    return frame.gather_every(-(-rows // most)) if rows > most else frame


def to_polars(frame: Any) -> pl.DataFrame:
    """Turn any data frame (Polars, pandas, PyArrow, DuckDB, ...; eager or lazy) into an eager Polars one.

    Raises:
        DataError: if it is no data frame, or its column names are empty or occur twice.
    """
    try:
        wrapped = nw.from_native(frame)
    except nw.exceptions.DuplicateError as error:
        twice = ", ".join(str(error).split("\n- ")[1:])
        raise DataError("data frame", expected="column names that differ", got=twice, hint="rename them") from None
    except TypeError:
        raise DataError("data", expected="a data frame", got=f"a {type(frame).__name__}") from None
    eager = wrapped.collect("polars") if isinstance(wrapped, nw.LazyFrame) else wrapped
    check_names(map(str, eager.columns), "data frame")
    try:
        return eager.to_polars()
    except (TypeError, ValueError):
        return pl.DataFrame([_column(eager[name]) for name in eager.columns])


def _column(series: Any) -> pl.Series:
    """A column that may mix types, as pandas lets it: then it is text, spelled as a category spells its values."""
    try:
        return series.to_polars()  # type: ignore[no-any-return]
    except (TypeError, ValueError):
        return pl.Series(str(series.name), [as_text(value) for value in series.to_list()], dtype=pl.String)


def to_columns(frame: Any, signature: Signature) -> dict[str, Array]:
    """Turn the columns of a frame that a signature names into NumPy columns for `Signature.encode_columns`.

    Numbers stay numbers, with NaN where missing; text, and booleans with missing values, become objects with None;
    moments become datetime64[us] in UTC. Where a category is asked for, whole numbers and booleans become their
    text. The empty text counts as missing.

    Args:
        frame: any data frame; columns that the signature does not name are left alone.
    """
    columns = to_polars(frame)
    return {name: to_column(columns[name], field) for name, field in signature.inputs.items() if name in columns}


def to_column(series: pl.Series, field: AnyField) -> Array:
    """Turn one column into the NumPy column that a field encodes."""
    if not isinstance(field, Tensor) and _unreadable(series.dtype, field):
        return _objects(series)
    if isinstance(field, Category | Hashed | Text):
        return _objects(_view(series, written.names, field.spelling))
    if isinstance(field, Timestamp):
        return _checked(series, _view(series, written.moments, field.spelling), field).to_numpy()
    if isinstance(field, Number | Boolean):
        if field.spelling != PLAIN and isinstance(field, Boolean):
            return _numbers(_checked(series, _view(series, written.truths, field.spelling), field))
        if field.spelling != PLAIN and written.is_text(series.dtype):
            return _numbers(_checked(series, _view(series, written.numbers, field.spelling), field))
        return _numbers(series)
    return series.to_numpy()


def _unreadable(dtype: pl.DataType, field: AnyField) -> bool:
    """Whether a field refuses every value of a type, each of which Python can show."""
    if isinstance(dtype, pl.Date | pl.Datetime):
        return not isinstance(field, Timestamp)
    return dtype.is_nested() or isinstance(dtype, pl.Duration | pl.Time | pl.Binary | pl.Object)


def _view(series: pl.Series, view: written.View, spelling: Spelling) -> pl.Series:
    return series.to_frame().select(view(pl.col(series.name), series.dtype, spelling)).to_series()


def _checked(series: pl.Series, read: pl.Series, field: Number | Boolean | Timestamp) -> pl.Series:
    """Refuse a value that states something, but could not be read."""
    unread = series.filter(read.is_null()).drop_nulls().unique()
    for value in unread.to_list():
        row = (series == value).arg_max() or 0
        field.parse(value, series.name, row) if isinstance(value, str) else field.validate(value, series.name, row)
    return read


def _numbers(series: pl.Series) -> Array:
    wide = isinstance(series.dtype, pl.Int128 | pl.UInt128 | pl.Decimal)
    if wide or (series.dtype.is_numeric() and series.null_count()):
        return series.cast(pl.Float64).to_numpy()
    if series.dtype.is_numeric() or (series.dtype == pl.Boolean and not series.null_count()):
        return series.to_numpy()
    if series.dtype == pl.Null:
        return np.full(len(series), math.nan)
    return _objects(series)


def _objects(series: pl.Series) -> Array:
    column = np.empty(len(series), object)
    column[:] = series.to_list()
    return column


def from_columns(answers: dict[str, list[Any]], frame: Any) -> Any:
    """Turn answers into a data frame of the caller's kind; a pandas index is kept.

    Answers that are dicts become one column per key: "probabilities" becomes "probability_<label>".

    Args:
        answers: values by output name, one per row.
        frame: the frame that was asked. Lazy kinds other than Polars are answered with a Polars frame.
    """
    columns = {key: values for name, column in answers.items() for key, values in _spread(name, column).items()}
    asked = nw.from_native(frame)
    if isinstance(asked, nw.LazyFrame):
        answer = pl.DataFrame(columns, strict=False)
        return answer.lazy() if isinstance(frame, pl.LazyFrame) else answer
    answer = nw.from_dict(columns, backend=asked.implementation).to_native()
    if asked.implementation.is_pandas_like():
        answer.index = frame.index
    return answer


def _spread(name: str, column: list[Any]) -> dict[str, list[Any]]:
    if not column or not isinstance(column[0], dict):
        return {name: column}
    prefix = "probability" if name.rstrip("_") == "probabilities" else name
    return {f"{prefix}_{key}": [value[key] for value in column] for key in column[0]}


register_converter(is_frame, to_columns, from_columns)
