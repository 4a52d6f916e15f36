"""Fit the columns of a recipe: one pass over the frame per level of steps.

All first steps are fitted together in one select, then all second steps on what the first ones make of their columns,
and so on. A derived column starts one level later, when the categories that its function may take are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from philtre.data.collect import collect
from philtre.data.column import Column
from philtre.data.fitted import FittedColumn
from philtre.data.kind import KINDS
from philtre.data.steps import Derive
from philtre.data.steps.statistic import Goals, Statistic
from philtre.errors import DataError, Error

Question = tuple[str, str]
ABSENT = "absent"


def fit_columns(
    columns: Mapping[str, Column], frame: pl.LazyFrame, rows: int, goals: Goals | None = None
) -> tuple[FittedColumn, ...]:
    """Learn the statistics of all steps.

    Args:
        columns: the recipe's columns by name; the frame has all of them that are not derived.
        frame: the rows to learn from.
        rows: their number.
        goals: the target, for steps that learn from it.

    Raises:
        DataError: if a column lacks values that the recipe says are never missing, has another type than its kind,
            or a derive function fails.
    """
    return Fit(columns, frame, rows, goals).run()


class Fit:
    """One run of `fit_columns`: each column as an expression, as far as its steps are fitted."""

    def __init__(self, columns: Mapping[str, Column], frame: pl.LazyFrame, rows: int, goals: Goals | None) -> None:
        self.frame = frame
        self.rows = rows
        self.goals = goals
        self.fitted = {name: FittedColumn(name, column) for name, column in columns.items()}
        self.expressions = _entries(columns, frame.collect_schema())
        self.failures: list[Error] = []

    def run(self) -> tuple[FittedColumn, ...]:
        for level in range(max((len(each.column.steps) for each in self.fitted.values()), default=0)):
            if level == 1:
                self._start_derived()
            self._fit_level(level)
        return tuple(self.fitted.values())

    def _fit_level(self, level: int) -> None:
        due = [each for each in self.fitted.values() if level < len(each.column.steps)]
        found = self._collect(
            {
                (each.name, key): statistic
                for each in due
                if each.name in self.expressions
                for key, statistic in each.column.steps[level].statistics(self.expressions[each.name]).items()
            }
            | (self._absences() if level == 0 else {})
        )
        for each in due:
            own = {key: value for (name, key), value in found.items() if name == each.name}
            self._refuse_missing(each, own.pop(ABSENT, 0))
            step = each.column.steps[level].fit(own)
            self.fitted[each.name] = replace(each, steps=(*each.steps, step))
            if each.name in self.expressions:
                self.expressions[each.name] = step.expression(self.expressions[each.name])

    def _collect(self, questions: Mapping[Question, Statistic]) -> dict[Question, Any]:
        found = collect(self.frame, self.rows, questions, self.goals)
        if self.failures:
            raise self.failures[0]
        return found

    def _absences(self) -> dict[Question, Statistic]:
        """How many values are missing where the recipe says that none is."""
        whole = [name for name in self.expressions if not self.fitted[name].column.missing]
        return {(name, ABSENT): self.expressions[name].null_count() for name in whole}

    def _refuse_missing(self, each: FittedColumn, missing: int) -> None:
        if missing:
            raise DataError(
                f"column '{each.name}'",
                expected="a value in every row, as the recipe says",
                got=f"{missing} missing",
                hint='missing=True, and a step that fills: impute("median")',
            )

    def _start_derived(self) -> None:
        for name, each in self.fitted.items():
            if each.column.derive:
                known = [self.fitted[source].known.values for source in each.column.parameters]
                derive = each.column.derive.bind(known)
                self.fitted[name] = replace(each, steps=(derive,))
                self.expressions[name] = self._derived(name, derive)

    def _derived(self, name: str, derive: Derive) -> pl.Expr:
        """A derived column as an expression: it calls the function on core arrays, as the program does."""
        sources = [self.fitted[parameter] for parameter in derive.parameters]

        def evaluate(columns: Sequence[pl.Series]) -> pl.Series:
            try:
                cores = [source.core(column) for source, column in zip(sources, columns, strict=True)]
                values = derive.evaluate(name, cores)
            except Error as error:
                # Polars would raise a copy made from its message alone
                self.failures.append(error)
                values = np.full(len(columns[0]), np.nan)
            if derive.names is not None:
                return pl.Series(derive.names, dtype=pl.String).gather(np.nan_to_num(values).astype(np.uint32))
            return pl.Series(np.where(np.isfinite(values), values, np.nan), nan_to_null=True)

        columns = [pl.col(source.name) for source in sources]
        dtype = pl.Float64 if derive.names is None else pl.String
        return pl.map_batches(columns, evaluate, return_dtype=dtype, is_elementwise=True)


def _entries(columns: Mapping[str, Column], schema: pl.Schema) -> dict[str, pl.Expr]:
    """The columns as the first steps see them."""
    entries = {}
    for name, column in columns.items():
        kind = KINDS.get(column.kind)
        if kind is None:
            continue
        if not kind.accepts(schema[name], column.spelling):
            expected, got = f"values of kind '{column.kind}'", f"the type {schema[name]}"
            hint = "cast the column, or infer the recipe anew"
            raise DataError(f"column '{name}'", expected=expected, got=got, hint=hint)
        entries[name] = kind.fitted(pl.col(name), schema[name], column.spelling)
    return entries
