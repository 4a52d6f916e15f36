"""Filling: a value where one is missing, and perhaps a feature that tells where."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.step import Emitted, Masked


@dataclass(frozen=True)
class Filling:
    """The typical value, and whether a feature tells where it was put."""

    value: float | bool | str | None
    """None where the fit saw no value: categories stay missing, numbers become 0."""
    indicator: bool

    consumes = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        return ("_missing",) if self.indicator else ()

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column if self.value is None else column.fill_null(self.value)

    def __call__(self, column: Masked) -> Emitted:
        if column.missing is None:
            return Emitted(column)
        filled = Masked(jnp.where(column.missing, self._typical(column), column.values), None, column.names)
        return Emitted(filled, column.missing.astype(jnp.float32)[:, None] if self.indicator else None)

    def _typical(self, column: Masked) -> Any:
        """The value as the column holds it: a category by its code, a whole number rounded."""
        value: Any = self.value
        if column.names is not None:
            other = len(column.names) + (value is None)
            value = column.names.index(value) if value in column.names else other
        elif jnp.issubdtype(column.values.dtype, jnp.integer):
            value = round(value or 0)
        return np.asarray(value or 0, column.values.dtype)


def beside_missing(features: jax.Array, column: Masked, indicator: bool) -> jax.Array:
    """Features [n, k] that are 0 where the column is missing, and perhaps one more that tells so."""
    if column.missing is None:
        return jnp.pad(features, ((0, 0), (0, int(indicator))))
    missing = column.missing[:, None]
    known = jnp.where(missing, np.float32(0), features)
    return jnp.concatenate([known, missing.astype(jnp.float32)], axis=1) if indicator else known
