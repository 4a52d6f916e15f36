"""Edits of a recipe's columns: each takes columns by name and gives new ones."""

import difflib
from collections.abc import Collection, Iterable, Mapping

from philtre.data.column import Column
from philtre.data.steps import Derive, Step, drop, impute, one_hot, scale
from philtre.errors import DataError

Columns = Mapping[str, Column]
Additions = Mapping[str, Column | Derive]

DERIVED = "computed from other columns"
SIGNS = {"interact": "*", "cross": "&"}
"""What stands between the names of the columns in the name of a new one."""


def with_step(columns: Columns, step: Step) -> dict[str, Column]:
    """Put a step in the place of those of its name, in every column that has one there of a kind which it takes.

    Raises:
        DataError: if there is none.
    """
    changed = {name: _exchanged(column, step) for name, column in columns.items()}
    if all(changed[name] is column for name, column in columns.items()):
        raise DataError(
            f"recipe | {step.code}",
            expected=f"a column of {sorted(step.kinds)} with a step '{step.name}' to put it in the place of",
            got="none",
            hint='recipe.replace("name", ...) gives a column other steps',
        )
    return changed


def _exchanged(column: Column, step: Step) -> Column:
    places = [old.name == step.name and kind in step.kinds for old, kind in column.flow]
    if not any(places):
        return column
    steps = (step if place else old for place, old in zip(places, column.steps, strict=True))
    return column.doing(*steps)


def with_columns(columns: Columns, additions: Additions, taken: Collection[str]) -> dict[str, Column]:
    """Add columns; a bare step that derives one is followed by those that its answers need.

    Raises:
        DataError: if a name is taken.
    """
    for name in additions:
        if name in taken:
            raise DataError("derive", expected="new column names", got=f"'{name}', which there is already")
    return {**columns, **{name: _completed(value) for name, value in additions.items()}}


def _completed(value: Column | Derive) -> Column:
    if isinstance(value, Column):
        return value
    if value.gives == "category":
        return Column("derived", value, one_hot(), reason=DERIVED)
    return Column("derived", value, impute("median"), scale("standard"), missing=True, reason=DERIVED)


def named(step: Derive) -> str:
    """The name of the column that a step derives, if it is added without one.

    Raises:
        DataError: if the step has no name to give.
    """
    if step.name not in SIGNS:
        raise DataError(f"recipe | {step.shown}", expected="the new column's name", got="none", hint="derive(name=...)")
    return SIGNS[step.name].join(step.parameters)


def with_replaced(columns: Columns, name: str, new: tuple[Column | Step, ...]) -> dict[str, Column]:
    """Give one column other steps, or put another column in its place; a derived one stays derived.

    Raises:
        DataError: if there is no such column, or the steps do not fit it.
    """
    check_present(columns, [name])
    old = columns[name]
    if len(new) == 1 and isinstance(new[0], Column):
        return {**columns, name: new[0]}
    steps = [step for step in new if isinstance(step, Step)]
    if len(steps) < len(new):
        raise DataError("replace", expected="steps, or one column", got="both")
    if old.derive and not (steps and isinstance(steps[0], Derive)):
        steps = [old.derive, *steps]
    return {**columns, name: old.doing(*steps).because("")}


def only(columns: Columns, names: Collection[str]) -> dict[str, Column]:
    """Keep the features of some columns; what derived ones are computed from stays, without features.

    Raises:
        DataError: if there is no such column.
    """
    check_present(columns, names)
    kept = set(names)
    needed = {parameter for name in kept for parameter in columns[name].parameters}
    return {
        name: column if name in kept else _source(column) for name, column in columns.items() if name in kept | needed
    }


def _source(column: Column) -> Column:
    """The column less its features, for others to be computed from: categories need their first step for codes."""
    first = column.steps[:1] if column.kind == "category" else ()
    return column.doing(*first, drop()).because("others are computed from it")


def check_present(columns: Columns, names: Iterable[str]) -> None:
    """Refuse names of columns that are not there.

    Raises:
        DataError: with the closest name, if any is close.
    """
    for name in names:
        if name not in columns:
            shown = f"one of the columns {list(columns)[:20]}"
            raise DataError(f"column '{name}'", expected=shown, **absent(name, columns))


def absent(name: str, names: Iterable[str]) -> dict[str, str]:
    """The parts of an error that say that a name is not there, and which is close."""
    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return {"got": f"no column '{name}'", "hint": f"is '{folded[close[0]]}' meant?" if close else ""}
