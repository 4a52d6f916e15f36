"""Numbered: a number for each value of a category."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.step import Emitted, Masked
from philtre.data.steps.vocabulary import Vocabulary


@dataclass(frozen=True)
class Numbered(Vocabulary):
    """A number for each value of a category, for unknown ones, and for missing ones."""

    numbers: tuple[float, ...]
    unknown: float
    missing: float

    suffixes = ()
    consumes = False

    def expression(self, column: pl.Expr) -> pl.Expr:
        known = column.replace_strict(self.values, self.numbers, default=self.unknown, return_dtype=pl.Float64)
        return pl.when(column.is_null()).then(self.missing).otherwise(known)

    def __call__(self, column: Masked) -> Emitted:
        numbers = np.array([*self.numbers, self.unknown, self.missing], np.float32)
        return Emitted(Masked(jnp.asarray(numbers)[self.codes(column)], None))
