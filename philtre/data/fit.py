"""Fit the columns of a recipe: one pass over the frame per level of steps.

All first steps are fitted together in one select, then all second steps on what the first ones make of their columns,
and so on. A derived column starts one level later, when the categories that its function may take are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.column import Column
from philtre.data.frames import to_column
from philtre.data.kind import KINDS, derived
from philtre.data.steps import Derive, Fitted, FittedOneHot, Masked
from philtre.errors import DataError, Error
from philtre.fields import AnyField, Array


Key = tuple[str, str]


@dataclass(frozen=True)
class FittedColumn:
    """A column whose steps know their statistics."""

    name: str
    column: Column
    steps: tuple[Fitted, ...] = ()

    @property
    def field(self) -> AnyField | None:
        """The field at the boundary; None for a derived column and for what has no kind."""
        kind = KINDS.get(self.column.kind)
        return kind.field(self.column.missing, self.known) if kind else None

    @property
    def known(self) -> tuple[str, ...]:
        """The categories that a step has learned; their positions are the codes."""
        return next((step.values for step in self.steps if isinstance(step, FittedOneHot)), ())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        if self.column.dropped:
            return ()
        own = () if any(step.consumes for step in self.steps) else (self.name,)
        return (*own, *(self.name + suffix for step in self.steps for suffix in step.suffixes))

    def features(self, cores: Mapping[str, jax.Array]) -> list[jax.Array]:
        """Run the bodies of the steps.

        Args:
            cores: core arrays [n] by input name.

        Returns:
            Blocks of float32[n, k]; put side by side, they have `names`.
        """
        flow = self._enter(cores)
        blocks = []
        for step in self.steps:
            flow, features = step(flow)
            if features is not None:
                blocks.append(features)
        if any(step.consumes for step in self.steps):
            return blocks
        return [flow.values.astype(jnp.float32)[:, None], *blocks]

    def _enter(self, cores: Mapping[str, jax.Array]) -> Masked:
        first = self.column.steps[0] if self.column.steps else None
        if isinstance(first, Derive):
            return derived(jnp.asarray(first.function(*(cores[name] for name in first.parameters))))
        return KINDS[self.column.kind].traced(cores[self.name], self.column.missing, self.known)


def fit_columns(columns: Mapping[str, Column], frame: pl.LazyFrame) -> tuple[FittedColumn, ...]:
    """Learn the statistics of all steps.

    Args:
        columns: the recipe's columns by name.
        frame: the rows to learn from.

    Raises:
        DataError: if a column lacks values that the recipe says are never missing, has another type than its kind,
            or a derive function fails.
    """
    return Fit(columns, frame).run()


class Fit:
    """One run of `fit_columns`: the expressions of the columns as far as they are fitted."""

    def __init__(self, columns: Mapping[str, Column], frame: pl.LazyFrame) -> None:
        self.frame = frame
        self.schema = frame.collect_schema()
        self.fitted = {name: FittedColumn(name, column) for name, column in columns.items()}
        self.expressions = {
            name: KINDS[column.kind].fitted(pl.col(name), self._dtype(name, column.kind))
            for name, column in columns.items()
            if column.kind in KINDS
        }
        self.failures: list[Error] = []

    def run(self) -> tuple[FittedColumn, ...]:
        self._check_missing()
        for level in range(max((len(each.column.steps) for each in self.fitted.values()), default=0)):
            if level == 1:
                self._start_derived()
            self._fit_level(level)
        return tuple(self.fitted.values())

    def _fit_level(self, level: int) -> None:
        due = [each for each in self.fitted.values() if level < len(each.column.steps)]
        found = self._collect({
            (each.name, key): statistic
            for each in due
            if each.name in self.expressions
            for key, statistic in each.column.steps[level].statistics(self.expressions[each.name]).items()
        })
        for each in due:
            step = each.column.steps[level].fit({key: found[name, key] for name, key in found if name == each.name})
            self.fitted[each.name] = replace(each, steps=(*each.steps, step))
            if each.name in self.expressions:
                self.expressions[each.name] = step.expression(self.expressions[each.name])

    def _collect(self, expressions: Mapping[Key, pl.Expr]) -> dict[Key, Any]:
        """Evaluate aggregations in one pass; gives their values by the same keys."""
        if not expressions:
            return {}
        row = self.frame.select(expression.alias(f"{i}") for i, expression in enumerate(expressions.values())).collect()
        if self.failures:
            raise self.failures[0]
        return dict(zip(expressions, row.row(0), strict=True))

    def _start_derived(self) -> None:
        for each in self.fitted.values():
            if each.column.parameters:
                sources = [self.fitted[name] for name in each.column.parameters]
                self.expressions[each.name] = self._derived(each, sources)

    def _derived(self, column: FittedColumn, sources: Sequence[FittedColumn]) -> pl.Expr:
        """The derived column as an expression that calls the function on core arrays, as the program does."""

        def evaluate(series: Sequence[pl.Series]) -> pl.Series:
            try:
                values = call(column, sources, series)
            except Error as error:
                # Polars would raise a copy of it, made from its message alone
                self.failures.append(error)
                values = np.full(len(series[0]), np.nan)
            return pl.Series(np.where(np.isfinite(values), values, np.nan), nan_to_null=True)

        names = [pl.col(source.name) for source in sources]
        return pl.map_batches(names, evaluate, return_dtype=pl.Float64, is_elementwise=True)

    def _dtype(self, name: str, kind: str) -> pl.DataType:
        dtype = self.schema[name]
        if not KINDS[kind].accepts(dtype):
            raise DataError(f"column '{name}'", expected=f"values of kind '{kind}'", got=f"the type {dtype}")
        return dtype

    def _check_missing(self) -> None:
        whole = [name for name in self.expressions if not self.fitted[name].column.missing]
        counts = self._collect({(name, "missing"): self.expressions[name].null_count() for name in whole})
        for (name, _), nulls in counts.items():
            if nulls:
                raise DataError(
                    f"column '{name}'",
                    expected="a value in every row, as the recipe says",
                    got=f"{nulls} missing",
                    hint='missing=True and impute("median")',
                )


def call(column: FittedColumn, sources: Sequence[FittedColumn], series: Sequence[pl.Series]) -> Array:
    """Run a derive function on columns; gives float64[n].

    Raises:
        DataError: if the function fails or gives something else than one number per row.
    """
    first = column.column.steps[0]
    assert isinstance(first, Derive)
    where = f"derive '{column.name}'"
    cores = []
    for source, values in zip(sources, series, strict=True):
        field = source.field
        assert field is not None
        cores.append(field.to_core(field.encode_column(to_column(values, field), source.name)))
    with jax.enable_x64(True):
        try:
            result = np.asarray(first.function(*(jnp.asarray(core) for core in cores)))
        except Exception as error:
            raise DataError(
                where, expected="a function of arrays [n]", got=f"{type(error).__name__}: {error}"
            ) from error
    if result.shape != (len(series[0]),) or result.dtype.kind not in "biuf":
        got = f"{result.dtype}{list(result.shape)} for n = {len(series[0])}"
        raise DataError(where, expected="one number per row, [n]", got=got)
    return result.astype(np.float64)
