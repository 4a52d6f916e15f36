"""Boolean: true and false as one and zero."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import polars as pl

from philtre.data.steps.statistic import Statistic
from philtre.data.steps.step import Emitted, Masked, Step


def boolean(*, indicator: bool = False) -> "ToNumber":
    """Turn a boolean into a number: 1 where true, 0 where false or missing.

    Args:
        indicator: add the feature ``<name>_missing``, 1 where the value was missing, if any was in the fit.
    """
    return ToNumber(indicator=indicator)


@dataclass(frozen=True)
class ToNumber(Step):
    """Description made by `boolean`."""

    _: KW_ONLY
    indicator: bool = False

    name = "boolean"
    kinds = frozenset({"boolean"})
    gives = "number"
    fills = True

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"missing": column.null_count()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedToNumber":
        return FittedToNumber(self.indicator and statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedToNumber:
    """Whether a feature tells where the value was missing."""

    indicator: bool

    consumes = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        return ("_missing",) if self.indicator else ()

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column.fill_null(False).cast(pl.Float64)

    def __call__(self, column: Masked) -> Emitted:
        number = Masked(column.values.astype(jnp.float32), None)
        if column.missing is None or not self.indicator:
            return Emitted(number)
        return Emitted(number, column.missing.astype(jnp.float32)[:, None])
