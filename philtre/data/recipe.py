"""A recipe: for each column its kind, its steps and why; what it learns is a `Prepared`."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import polars as pl

from philtre.data.code import recipe_code
from philtre.data.column import Column
from philtre.data.edit import Additions, absent, check_present, named, only, with_columns, with_replaced, with_step
from philtre.data.fit import fit_columns
from philtre.data.frames import to_polars
from philtre.data.function import Function
from philtre.data.infer import infer_columns
from philtre.data.prepared import Prepared
from philtre.data.source import check_names
from philtre.data.steps import Derive, Step, derive
from philtre.data.target import Target, Task
from philtre.data.task import infer_target
from philtre.errors import DataError

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


class Recipe:
    """How a table becomes features and a target. Immutable; equal by value, whatever the reasons.

    Args:
        columns: columns by name; the features stand in their order.
        target: the column to learn.

    Raises:
        DataError: if the target is among the columns, or a derived column is computed from one that is not there.

    Example:
        >>> from philtre.data import Column, impute, scale
        >>> recipe = Recipe({"Age": Column("number", impute(), scale(), missing=True)}, Target("Old", "classification"))
        >>> recipe.fit(pl.DataFrame({"Age": [10, 20, 60, None], "Old": [0, 0, 1, 0]})).names
        ('Age',)
    """

    def __init__(self, columns: Mapping[str, Column], target: Target) -> None:
        self.columns: Mapping[str, Column] = MappingProxyType(dict(columns))
        self.target = target
        self._check()

    @classmethod
    def infer(cls, frame: Any, target: str, *, task: Task | None = None) -> "Recipe":
        """Look at a data frame and decide, for each column, its kind and steps; each decision has its reason.

        Args:
            frame: any data frame; rows without a target are left out.
            target: name of the column to learn.
            task: "classification" or "regression"; by default what the target looks like.

        Raises:
            DataError: if the target is absent, constant, all missing, not fit for the task, or has a class with one
                row only; if fewer than 10 rows have a target; if column names are empty or occur twice.
        """
        table = _having(to_polars(frame), [target], "target")
        goal = infer_target(table, target, task)
        return cls(infer_columns(_labelled(table, goal).drop(target)), goal)

    def fit(self, frame: Any) -> Prepared:
        """Learn medians, scales and vocabularies from the rows that have a target.

        Args:
            frame: any data frame; a lazy Polars one is streamed, so that it need not fit into memory.

        Raises:
            DataError: if a column is absent or does not fit its kind, the target is constant, or no feature is left.
        """
        table, rows = self._learned_from(frame)
        needed = {name for column in self.columns.values() for name in column.parameters}
        used = {name: column for name, column in self.columns.items() if name in needed or not column.dropped}
        _having(table, [name for name, column in used.items() if not column.parameters], "column")
        goal = self.target.fit(table)
        prepared = Prepared(self, fit_columns(used, table, rows, goal.goals(table)), goal)
        if not prepared.names:
            raise DataError("recipe", expected="a column that gives a feature", got="none: all are dropped")
        return prepared

    def derive(self, **functions: Function) -> "Recipe":
        """Add columns that are numeric functions of others; they are imputed and scaled.

        Args:
            **functions: by the new column's name, a jnp function whose parameters name columns; see
                `philtre.data.derive`.

        Raises:
            DataError: if a name is taken or a parameter names no column.
        """
        return self | derive(**functions) if functions else self

    def __or__(self, edit: Step | Additions) -> "Recipe":
        """Add columns, or exchange a step wherever it is.

        Args:
            edit: columns by name, or steps that derive them, such as ``derive(total=lambda a, b: a + b)``,
                ``interact("a", "b")`` (the column "a*b") and ``cross("a", "b")`` ("a&b"): they are added, numbers with
                ``impute("median"), scale("standard")``, combinations with ``one_hot()``. Any other step takes the
                place of the step of its name in every column that has one, if it takes the column's kind there.

        Raises:
            DataError: if a name is taken, a parameter names no column, or no column has such a step.

        Example:
            >>> from philtre.data import impute, scale
            >>> recipe = Recipe({"Age": Column("number", impute(), scale(), missing=True)}, Target("y", "regression"))
            >>> (recipe | scale("robust")).columns["Age"].shown
            'impute("median"), scale("robust")'
        """
        if isinstance(edit, Derive):
            edit = {named(edit): edit}
        if isinstance(edit, Step):
            return Recipe(with_step(self.columns, edit), self.target)
        return Recipe(with_columns(self.columns, edit, {*self.columns, self.target.name}), self.target)

    def replace(self, name: str, *new: Column | Step) -> "Recipe":
        """Give a column other steps, or put another column in its place.

        Args:
            name: the column.
            *new: steps for its kind (a derived column stays derived by its function), or one `Column`.

        Raises:
            DataError: if there is no such column, or the steps do not fit it.
        """
        return Recipe(with_replaced(self.columns, name, new), self.target)

    def only(self, *names: str) -> "Recipe":
        """Keep the features of these columns alone; what derived ones are computed from stays, without features.

        Raises:
            DataError: if there is no such column.
        """
        return Recipe(only(self.columns, names), self.target)

    def without(self, *names: str) -> "Recipe":
        """Leave columns out; what derived ones are computed from stays, without features.

        Raises:
            DataError: if there is no such column.
        """
        check_present(self.columns, names)
        return self.only(*(name for name in self.columns if name not in names))

    def report(self, frame: Any, path: str | os.PathLike[str] | None = None) -> Path:
        """Write one HTML file that shows each column, its relation to the target, and what the recipe makes of it.

        The file needs no network and runs no script; it holds counts and means, never rows.

        Args:
            frame: any data frame; rows without a target are left out.
            path: file to write, "report.html" by default.

        Raises:
            DataError: if the recipe cannot be fitted on the frame, or the file cannot be written.
        """
        from philtre.data.report import write_report

        return write_report(self, frame, path)

    def code(self) -> str:
        """Python source that builds an equal recipe as the variable `recipe`; edit it.

        Raises:
            DataError: if the source of a derive function cannot be found.
        """
        return recipe_code(self.columns, self.target)

    def with_target(self, frame: Any) -> pl.DataFrame:
        """A data frame as Polars.

        Raises:
            DataError: if it lacks the target.
        """
        return _having(to_polars(frame), [self.target.name], "target")

    def labelled(self, frame: Any) -> pl.DataFrame:
        """The rows of a data frame whose target is known, as Polars.

        Raises:
            DataError: if the target is absent.
        """
        return _labelled(self.with_target(frame), self.target)

    def _learned_from(self, frame: Any) -> tuple[pl.LazyFrame, int]:
        """The rows to learn from, and their number."""
        if not isinstance(frame, pl.LazyFrame):
            table = self.labelled(frame)
            return table.lazy(), table.height
        check_names(frame.collect_schema().names(), "data frame")
        dtype = _having(frame, [self.target.name], "target").collect_schema()[self.target.name]
        rows = frame.filter(self.target.values(dtype).is_not_null())
        return rows, rows.select(pl.len()).collect(engine="streaming").item()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Recipe({len(self.columns)} columns, target={self.target.name!r}, task={self.target.task!r})"

    def __str__(self) -> str:
        rows = [("column", "kind", "steps", "reason")]
        rows += [(name, column.kind, column.shown, column.reason) for name, column in self.columns.items()]
        rows.append((self.target.name, "target", self.target.task, self.target.reason))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        return "\n".join(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
            for row in rows
        )

    @property
    def _value(self) -> tuple[Any, ...]:
        return (tuple(self.columns.items()), self.target)

    def _check(self) -> None:
        if self.target.name in self.columns:
            raise DataError("recipe", expected="columns other than the target", got=f"'{self.target.name}' twice")
        plain = [name for name, column in self.columns.items() if not column.parameters]
        for name, column in self.columns.items():
            for parameter in column.parameters:
                if parameter not in plain:
                    where = f"derive '{name}'"
                    raise DataError(where, expected=f"parameters of {plain}", **absent(parameter, plain))
                self._check_source(name, parameter)

    def _check_source(self, name: str, parameter: str) -> None:
        source, derive = self.columns[parameter], self.columns[name].derive
        dropped = "a dropped " if source.dropped else ""
        if derive and source.kind not in derive.sources:
            expected = f"columns of {sorted(derive.sources)}"
            raise DataError(f"derive '{name}'", expected=expected, got=f"'{parameter}', {dropped}{source.kind}")
        if source.kind == "category" and not source.steps[0].gives:
            raise DataError(
                f"derive '{name}'",
                expected="categories whose first step numbers them",
                got=f"'{parameter}', {dropped}category with {source.shown}",
                hint="start with one_hot() for codes, and add drop() to leave its features out",
            )


def _labelled(frame: pl.DataFrame, target: Target) -> pl.DataFrame:
    known = frame.select(target.values(frame.schema[target.name]).is_not_null()).to_series()
    return frame if known.all() else frame.filter(known)


def _having(frame: Frame, names: Iterable[str], where: str) -> Frame:
    """Refuse a frame that lacks a column."""
    columns = frame.collect_schema().names()
    for name in names:
        if name not in columns:
            raise DataError(f"{where} '{name}'", expected=f"one of the columns {columns[:20]}", **absent(name, columns))
    return frame
