"""Impute: put a typical value where one is missing."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.steps.statistic import Quantiles, Statistic
from philtre.data.steps.step import Emitted, Masked, Step
from philtre.errors import DataError

Strategy = Literal["median"]


def impute(strategy: Strategy = "median", *, indicator: bool = False) -> "Impute":
    """Replace missing numbers, by ``x if finite(x) else median``.

    Args:
        strategy: "median".
        indicator: add the feature ``<name>_missing``, 1 where the value was missing, if any was in the fit.

    Raises:
        DataError: if the strategy is unknown.

    Example:
        >>> impute("median", indicator=True).code
        'impute("median", indicator=True)'
    """
    return Impute(strategy, indicator=indicator)


@dataclass(frozen=True)
class Impute(Step):
    """Description made by `impute`."""

    strategy: Strategy
    _: KW_ONLY
    indicator: bool = False

    name = "impute"
    kinds = frozenset({"number", "integer", "timestamp", "derived"})
    fills = True

    def __post_init__(self) -> None:
        if self.strategy != "median":
            raise DataError("recipe step 'impute'", expected="the strategy 'median'", got=repr(self.strategy))

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        return {"median": Quantiles(column, (0.5,)), "missing": column.null_count()}

    def fit(self, statistics: Mapping[str, Any]) -> "FittedImpute":
        (median,) = statistics["median"] or (0.0,)
        return FittedImpute(median, self.indicator and statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedImpute:
    """The typical value, and whether a feature tells where it was put."""

    value: float
    indicator: bool

    consumes = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        return ("_missing",) if self.indicator else ()

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column.fill_null(self.value)

    def __call__(self, column: Masked) -> Emitted:
        values, missing = column
        if missing is None:
            return Emitted(column)
        whole = jnp.issubdtype(values.dtype, jnp.integer)
        typical = np.asarray(round(self.value) if whole else self.value, values.dtype)
        filled = Masked(jnp.where(missing, typical, values), None)
        return Emitted(filled, missing.astype(jnp.float32)[:, None] if self.indicator else None)
