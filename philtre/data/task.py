"""The task: whether a target is a class or a number, and whether it can be learned at all."""

import polars as pl

from philtre.data.detect import Detection, Evidence, detect
from philtre.data.facts import look_of
from philtre.data.spelling import ordered
from philtre.data.target import Target, Task
from philtre.errors import DataError
from philtre.fields import PLAIN, Spelling

ROWS = 10
"""Fewer rows than this say nothing."""
CLASSES = 20
"""Up to so many whole numbers are classes."""
MOST_CLASSES = 1000
"""A target with more is no classification of a table."""
IMBALANCED = 0.25
"""Classes are imbalanced when one has a smaller share of the rows that it would have among equals."""
FREE = 0.5
"""Text is free when so many of its rows differ."""


def infer_target(frame: pl.DataFrame, name: str, task: Task | None) -> Target:
    """Decide whether the target is a class or a number.

    Raises:
        DataError: if it is constant, all missing, not fit for the task, free text, has more than 1,000 classes or a
            class with one row only; if fewer than 10 rows have a target.
    """
    where = f"target '{name}'"
    if frame.height < ROWS:
        raise DataError(where, expected=f"at least {ROWS} rows", got=f"{frame.height}")
    dtype = frame.schema[name]
    kind = look_of(dtype)
    evidence = Evidence.of(frame[name])
    found = detect(evidence) if kind == "text" else None
    if found and found.kind == "number" and task != "classification":
        return _written_number(frame, name, found, where)
    if kind in ("timestamp", "other") or (kind == "text" and task == "regression"):
        expected = "numbers" if task == "regression" else "classes or numbers"
        raise DataError(where, expected=expected, got=f"values of type {dtype}")
    spelling = Spelling(evidence.names.null_values) if kind == "text" else PLAIN
    names = frame.select(Target(name, "classification", spelling=spelling).values(dtype)).to_series().drop_nulls()
    _check_variety(where, names, frame.height)
    chosen, reason = (task, "as was asked") if task else _task(kind, names)
    if chosen == "classification":
        _check_classes(where, names, kind)
    left_out = frame.height - len(names)
    if left_out:
        reason += f"; {left_out} of {frame.height} rows have none and are left out"
    return Target(name, chosen, reason, spelling if chosen == "classification" else PLAIN)


def _written_number(frame: pl.DataFrame, name: str, found: Detection, where: str) -> Target:
    target = Target(name, "regression", found.note, found.spelling)
    values = frame.select(target.values(frame.schema[name]).cast(pl.String)).to_series().drop_nulls()
    _check_variety(where, values, frame.height)
    return target


def _task(kind: str, names: pl.Series) -> tuple[Task, str]:
    distinct = names.n_unique()
    if kind in ("text", "boolean"):
        return "classification", f"{distinct} {'texts' if kind == 'text' else 'truth values'}{_imbalance(names)}"
    whole = not names.str.contains(r"[^\d-]").any()
    again = distinct <= 2 or min(names.alias("value").value_counts()["count"]) > 1
    if whole and again and distinct <= max(2, min(CLASSES, len(names) // 3)):
        return "classification", f"{distinct} whole numbers: {', '.join(ordered(names.unique()))}{_imbalance(names)}"
    return "regression", f"numbers, {distinct} of them different"


def _imbalance(names: pl.Series) -> str:
    """What to say of classes that are far rarer than others."""
    counts = names.alias("value").value_counts(sort=True)
    (most, many), (rarest, few) = counts.row(0), counts.row(-1)
    if few / len(names) >= IMBALANCED / len(counts):
        return ""
    return f"; imbalanced: {most!r} is {many / len(names):.1%} of the rows, {rarest!r} {few / len(names):.2%}"


def _check_variety(where: str, names: pl.Series, rows: int) -> None:
    if not len(names):
        raise DataError(where, expected="values", got=f"none in {rows} rows")
    if names.n_unique() == 1:
        raise DataError(where, expected="values that differ", got=f"{names[0]!r} in every row")
    if len(names) < ROWS:
        raise DataError(where, expected=f"at least {ROWS} rows that have a target", got=f"{len(names)} of {rows}")


def _check_classes(where: str, names: pl.Series, kind: str) -> None:
    counts = names.alias("value").value_counts()
    if kind == "text" and len(counts) > FREE * len(names):
        got = f"{len(counts)} different texts in {len(names)} rows, as free text has"
        raise DataError(where, expected="classes that come again", got=got, hint="sort the texts into a few classes")
    if len(counts) > MOST_CLASSES:
        hint = "join rare classes" if kind == "text" else "is it a number? task='regression'"
        raise DataError(where, expected=f"at most {MOST_CLASSES:,} classes", got=f"{len(counts):,}", hint=hint)
    single = counts.filter(pl.col("count") == 1)["value"].sort()
    if len(single):
        hint = "is it a number? task='regression'" if len(single) > 1 else "leave the row out, or join classes"
        got = f"1 row of the class {single[0]!r}" + (f" and of {len(single) - 1} others" if len(single) > 1 else "")
        raise DataError(where, expected="at least 2 rows of each class", got=got, hint=hint)
