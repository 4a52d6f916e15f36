"""Inference: look at each column once, decide what it is and what to do with it, and say why."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from philtre.data.column import Column
from philtre.data.kind import KINDS
from philtre.data.spelling import ordered
from philtre.data.steps import boolean, drop, impute, one_hot, scale
from philtre.data.target import Target, Task
from philtre.errors import DataError

ROWS = 10
"""Fewer rows than this say nothing about a column."""
RARE = 0.01
"""A text in a smaller share of the rows is rare."""
FREE = 0.2
"""Text is free when the texts that are not rare cover a smaller share of it."""
SPARSE = 0.25
"""From this share of missing values on, which rows have a value says something itself."""
LEVELS = 5
"""Up to so many whole numbers, each in at least `LEVEL` of the rows, are levels rather than amounts."""
LEVEL = 0.05
CLASSES = 20
"""Up to so many whole numbers are classes of a target."""
EXACT = 2**53


@dataclass(frozen=True)
class Facts:
    """What one pass over the rows tells of a column."""

    dtype: pl.DataType
    kind: str
    rows: int
    missing: int
    distinct: int
    low: Any
    high: Any
    least: int
    """Count of the rarest value."""
    frequent: int
    """Number of values that are not rare."""
    covered: int
    """Rows that hold one of those."""

    @property
    def present(self) -> int:
        return self.rows - self.missing

    @property
    def absence(self) -> str:
        """In words, how much is missing."""
        if not self.missing:
            return "none missing"
        return f"{self.missing} of {self.rows} missing ({self.missing / self.rows:.1%})"


def infer_columns(frame: pl.DataFrame) -> dict[str, Column]:
    """Decide the kind and the steps of each column.

    Args:
        frame: the rows that have a target, less the target.
    """
    return {name: _decide(facts) for name, facts in look(frame).items()}


def look(frame: pl.DataFrame) -> dict[str, Facts]:
    """Gather the facts of all columns in one pass."""
    kinds = {name: _kind(dtype) for name, dtype in frame.schema.items()}
    questions = {
        (name, key): question
        for name, kind in kinds.items()
        for key, question in _questions(name, kind, frame.schema[name], frame.height).items()
    }
    answers = frame.lazy().select(q.alias(f"{i}") for i, q in enumerate(questions.values())).collect()
    found: dict[str, dict[str, Any]] = {name: {} for name in kinds}
    for (name, key), answer in zip(questions, answers.row(0) if questions else (), strict=True):
        found[name][key] = answer
    return {name: Facts(frame.schema[name], kinds[name], frame.height, **found[name]) for name in kinds}


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Boolean:
        return "boolean"
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return "text"
    return "timestamp" if isinstance(dtype, pl.Date | pl.Datetime) else "other"


def _questions(name: str, kind: str, dtype: pl.DataType, rows: int) -> dict[str, pl.Expr]:
    if kind == "other":
        facts = ("distinct", "low", "high", "least", "frequent", "covered")
        return {"missing": pl.col(name).null_count(), **dict.fromkeys(facts, pl.lit(0))}
    column = KINDS[_with_steps(kind)].fitted(pl.col(name), dtype)
    present = column.drop_nulls()
    counts = present.alias("value").value_counts().struct.field("count")
    kept = counts.filter(counts >= _rare(rows) * rows)
    return {
        "missing": column.null_count(),
        "distinct": present.n_unique(),
        "low": present.min(),
        "high": present.max(),
        "least": counts.min(),
        "frequent": kept.len(),
        "covered": kept.sum(),
    }


def _rare(rows: int, least: int = 5, share: float = RARE) -> float:
    """The share below which a value is rare: `share`, but at least `least` rows of a small table."""
    return max(share, math.floor(10_000 * least / rows) / 10_000)


def _with_steps(kind: str) -> str:
    return "category" if kind == "text" else kind


def _decide(facts: Facts) -> Column:
    kind = _with_steps(facts.kind)
    if facts.missing == facts.rows:
        return Column(kind, drop(), missing=True, reason="every value is missing")
    if facts.kind == "other":
        return Column("other", drop(), reason=f"values of type {facts.dtype} have no numeric form")
    if facts.distinct == 1 and not facts.missing:
        return Column(kind, drop(), reason="the same value in every row")
    return DECISIONS[facts.kind](facts)


def _number(facts: Facts) -> Column:
    steps = (impute("median", indicator=facts.missing > 0), scale("standard"))
    reason = f"numbers from {facts.low:g} to {facts.high:g}, {facts.absence}"
    return Column("number", *steps, missing=True, reason=reason)


def _integer(facts: Facts) -> Column:
    numbers = f"whole numbers from {facts.low} to {facts.high}"
    if facts.distinct == facts.rows == facts.high - facts.low + 1:
        return Column("integer", drop(), reason=f"{numbers}, each once: an identifier")
    if 2 < facts.distinct <= LEVELS and facts.least >= LEVEL * facts.rows:
        reason = f"{facts.distinct} {numbers}, each in {LEVEL:.0%} of the rows or more: levels; {facts.absence}"
        return Column("category", one_hot(rare=_rare(facts.rows)), missing=True, reason=reason)
    largest = max(abs(facts.low), abs(facts.high))
    if largest > (EXACT if facts.missing else 2**63 - 1):
        return _number(facts)
    if facts.missing:
        steps = (impute("median", indicator=True), scale("standard"))
        return Column("integer", *steps, missing=True, reason=f"{numbers}, {facts.absence}")
    return Column("integer", scale("standard"), reason=f"{numbers}, none missing")


def _boolean(facts: Facts) -> Column:
    nullable = facts.missing > 0
    reason = f"true or false, {facts.absence}"
    return Column("boolean", boolean(indicator=nullable), missing=nullable, reason=reason)


def _moment(facts: Facts) -> Column:
    nullable = facts.missing > 0
    steps = (impute("median", indicator=True), scale("standard")) if nullable else (scale("standard"),)
    return Column("timestamp", *steps, missing=nullable, reason=f"a moment in time, {facts.absence}")


def _text(facts: Facts) -> Column:
    if facts.distinct == facts.present:
        reason = f"no two of {facts.present} texts alike: an identifier or free text"
        return Column("text", drop(), reason=reason)
    if facts.covered >= FREE * facts.present:
        rare = _rare(facts.rows)
        grouped = f", {facts.frequent} of them in {rare:.1%} of the rows or more"
        reason = f"{facts.distinct} texts{grouped if facts.frequent < facts.distinct else ''}; {facts.absence}"
        return Column("category", one_hot(rare=rare), missing=True, reason=reason)
    if facts.missing >= SPARSE * facts.rows:
        reason = f"{facts.absence}, which says something itself; {facts.distinct} texts, most of them rare"
        return Column("category", one_hot(rare=_rare(facts.rows, 3, 0.002)), missing=True, reason=reason)
    return Column("text", drop(), reason=f"{facts.distinct} texts in {facts.present} rows: nearly free text")


DECISIONS: dict[str, Callable[[Facts], Column]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "timestamp": _moment,
    "text": _text,
}


def infer_target(frame: pl.DataFrame, name: str, task: Task | None) -> Target:
    """Decide whether the target is a class or a number.

    Raises:
        DataError: if it is constant, all missing, not fit for the task, or has a class with one row only; if fewer
            than 10 rows have a target.
    """
    where = f"target '{name}'"
    if frame.height < ROWS:
        raise DataError(where, expected=f"at least {ROWS} rows", got=f"{frame.height}")
    dtype = frame.schema[name]
    kind = _kind(dtype)
    if kind in ("timestamp", "other") or (kind == "text" and task == "regression"):
        expected = "numbers" if task == "regression" else "classes or numbers"
        raise DataError(where, expected=expected, got=f"values of type {dtype}")
    names = frame.select(Target(name, "classification").values(dtype)).to_series().drop_nulls()
    _check_variety(where, names, frame.height)
    chosen, reason = (task, "as was asked") if task else _task(kind, names)
    if chosen == "classification":
        _check_classes(where, names)
    left_out = frame.height - len(names)
    if left_out:
        reason += f"; {left_out} of {frame.height} rows have none and are left out"
    return Target(name, chosen, reason)


def _task(kind: str, names: pl.Series) -> tuple[Task, str]:
    distinct = names.n_unique()
    if kind in ("text", "boolean"):
        return "classification", f"{distinct} {'texts' if kind == 'text' else 'truth values'}"
    whole = not names.str.contains(r"[^\d-]").any()
    if whole and distinct <= max(2, min(CLASSES, len(names) // 3)):
        return "classification", f"{distinct} whole numbers: {', '.join(ordered(names.unique()))}"
    return "regression", f"numbers, {distinct} of them different"


def _check_variety(where: str, names: pl.Series, rows: int) -> None:
    if not len(names):
        raise DataError(where, expected="values", got=f"none in {rows} rows")
    if names.n_unique() == 1:
        raise DataError(where, expected="values that differ", got=f"{names[0]!r} in every row")
    if len(names) < ROWS:
        raise DataError(where, expected=f"at least {ROWS} rows that have a target", got=f"{len(names)} of {rows}")


def _check_classes(where: str, names: pl.Series) -> None:
    counts = names.alias("value").value_counts()
    single = counts.filter(pl.col("count") == 1)["value"].sort()
    if len(single):
        hint = "is it a number? task='regression'" if len(single) > 1 else "leave the row out, or join classes"
        got = f"1 row of the class {single[0]!r}" + (f" and of {len(single) - 1} others" if len(single) > 1 else "")
        raise DataError(where, expected="at least 2 rows of each class", got=got, hint=hint)
