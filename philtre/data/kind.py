"""A kind says how the values of a column cross the boundary: as a field, in the fit's frame, and in the program."""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data import written
from philtre.data.steps.step import Masked
from philtre.data.steps.vocabulary import Vocabulary
from philtre.fields import MISSING_TEXT, MISSING_TIME, PLAIN, AnyField, Boolean, Number, Spelling, Timestamp


class Kind(NamedTuple):
    """The views of one kind of column."""

    accepts: Callable[[pl.DataType, Spelling], bool]
    """Whether columns of a type can be of this kind, written so."""
    field: Callable[[bool, Vocabulary, Spelling], AnyField]
    """(missing allowed, known categories or words, spelling) to the field at the boundary."""
    fitted: Callable[[pl.Expr, pl.DataType, Spelling], pl.Expr]
    """The column as the fit sees it: exactly the values that the program will see, null where missing."""
    traced: Callable[[jax.Array, bool, Vocabulary], Masked]
    """The core array as the steps' bodies see it."""


def _number(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    numbers = written.numbers(column, dtype, spelling)
    return finite(numbers.cast(pl.Float32, strict=False).cast(pl.Float64))


def _integer(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    numbers = written.numbers(column, dtype, spelling)
    whole = finite(numbers) if dtype.is_float() or written.is_text(dtype) else numbers
    narrow = dtype.is_signed_integer() and dtype != pl.Int128
    return whole.cast(pl.Int64 if narrow else pl.Int128, strict=False)


def _moment(column: pl.Expr, dtype: pl.DataType, spelling: Spelling) -> pl.Expr:
    return written.moments(column, dtype, spelling).cast(pl.Int64)


def finite(column: pl.Expr) -> pl.Expr:
    """Null where a floating number is NaN or infinite."""
    return pl.when(column.is_finite()).then(column)


def _masked_number(values: jax.Array, missing: bool, known: Vocabulary) -> Masked:
    return Masked(values, ~jnp.isfinite(values) if missing else None)


def _masked_boolean(values: jax.Array, missing: bool, known: Vocabulary) -> Masked:
    return Masked(values > 0, values < 0)


def _masked_category(codes: jax.Array, missing: bool, known: Vocabulary) -> Masked:
    return Masked(codes, codes == len(known.values) + 1, known.values)


def _masked_text(codes: jax.Array, missing: bool, known: Vocabulary) -> Masked:
    return Masked(codes, codes[:, 0] == MISSING_TEXT, known.values)


def _masked_moment(values: jax.Array, missing: bool, known: Vocabulary) -> Masked:
    return Masked(values, values == MISSING_TIME if missing else None)


def derived(values: jax.Array) -> Masked:
    """What a function made, as the steps' bodies see it."""
    if values.dtype == jnp.bool_:
        values = values.astype(jnp.float32)
    return Masked(values, ~jnp.isfinite(values) if jnp.issubdtype(values.dtype, jnp.floating) else None)


def _is_number(dtype: pl.DataType, spelling: Spelling) -> bool:
    return dtype.is_numeric() or dtype == pl.Null or (spelling != PLAIN and written.is_text(dtype))


def _is_boolean(dtype: pl.DataType, spelling: Spelling) -> bool:
    spelled = spelling != PLAIN and (dtype.is_numeric() or written.is_text(dtype))
    return spelled or isinstance(dtype, pl.Boolean | pl.Null)


def _is_category(dtype: pl.DataType, spelling: Spelling) -> bool:
    return dtype.is_numeric() or written.is_text(dtype) or isinstance(dtype, pl.Boolean | pl.Null)


def _is_text(dtype: pl.DataType, spelling: Spelling) -> bool:
    return written.is_text(dtype) or dtype == pl.Null


def _is_moment(dtype: pl.DataType, spelling: Spelling) -> bool:
    spelled = written.is_text(dtype) or (spelling.format != "" and dtype.is_numeric())
    return spelled or isinstance(dtype, pl.Date | pl.Datetime | pl.Null)


KINDS = {
    "number": Kind(
        _is_number,
        lambda missing, known, spelling: Number(missing=missing, spelling=spelling),
        _number,
        _masked_number,
    ),
    "integer": Kind(
        _is_number,
        lambda missing, known, spelling: Number(integer=True, missing=missing, spelling=spelling),
        _integer,
        _masked_number,
    ),
    "boolean": Kind(
        _is_boolean,
        lambda missing, known, spelling: Boolean(missing=missing, spelling=spelling),
        written.truths,
        _masked_boolean,
    ),
    "category": Kind(
        _is_category,
        lambda missing, known, spelling: known.field(missing, spelling),
        written.names,
        _masked_category,
    ),
    "text": Kind(
        _is_text,
        lambda missing, known, spelling: known.field(missing, spelling),
        written.names,
        _masked_text,
    ),
    "timestamp": Kind(
        _is_moment,
        lambda missing, known, spelling: Timestamp(missing=missing, spelling=spelling),
        _moment,
        _masked_moment,
    ),
}
"""The kinds that have a field. A "derived" column has none; "other" columns can only be dropped."""
