"""A kind says how the values of a column cross the boundary: as a field, in the fit's frame, and in the program."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data.spelling import text
from philtre.data.steps.step import Masked
from philtre.fields import MISSING_TIME, AnyField, Boolean, Category, Number, Timestamp

Values = tuple[str, ...]


class Kind(NamedTuple):
    """The views of one kind of column."""

    accepts: Callable[[pl.DataType], bool]
    """Whether columns of a type can be of this kind."""
    field: Callable[[bool, Values], AnyField]
    """(missing allowed, known categories) to the field at the boundary."""
    fitted: Callable[[pl.Expr, pl.DataType], pl.Expr]
    """The column as the fit sees it: exactly the values that the program will see, null where missing."""
    traced: Callable[[jax.Array, bool, Values], Masked]
    """The core array as the steps' bodies see it."""


def _number(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return finite(column.cast(pl.Float32, strict=False).cast(pl.Float64))


def _integer(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    # 128 bits, so that differences of 64-bit integers are exact
    return (finite(column) if dtype.is_float() else column).cast(pl.Int128)


def _boolean(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return column.cast(pl.Boolean)


def _moment(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return column.cast(pl.Datetime("us")).cast(pl.Int64).cast(pl.Int128)


def finite(column: pl.Expr) -> pl.Expr:
    """Null where a floating number is NaN or infinite."""
    return pl.when(column.is_finite()).then(column)


def _masked_number(values: jax.Array, missing: bool, known: Values) -> Masked:
    return Masked(values, ~jnp.isfinite(values) if missing else None)


def _masked_boolean(values: jax.Array, missing: bool, known: Values) -> Masked:
    return Masked(values > 0, values < 0)


def _masked_category(codes: jax.Array, missing: bool, known: Values) -> Masked:
    return Masked(codes, codes == len(known) + 1, known)


def _masked_moment(values: jax.Array, missing: bool, known: Values) -> Masked:
    return Masked(values, values == MISSING_TIME if missing else None)


def derived(values: jax.Array) -> Masked:
    """What a function made, as the steps' bodies see it."""
    if values.dtype == jnp.bool_:
        values = values.astype(jnp.float32)
    return Masked(values, ~jnp.isfinite(values) if jnp.issubdtype(values.dtype, jnp.floating) else None)


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype == pl.Null


def _is_boolean(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Boolean | pl.Null)


def _is_category(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Boolean | pl.Null)


def _is_moment(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Date | pl.Datetime | pl.Null)


KINDS = {
    "number": Kind(_is_number, lambda missing, known: Number(missing=missing), _number, _masked_number),
    "integer": Kind(_is_number, lambda missing, known: Number(integer=True, missing=missing), _integer, _masked_number),
    "boolean": Kind(_is_boolean, lambda missing, known: Boolean(missing=missing), _boolean, _masked_boolean),
    "category": Kind(
        _is_category, lambda missing, known: Category(known, missing=missing, unknown=True), text, _masked_category
    ),
    "timestamp": Kind(_is_moment, lambda missing, known: Timestamp(missing=missing), _moment, _masked_moment),
}
"""The kinds that have a field. A "derived" column has none; "text" and "other" columns can only be dropped."""
