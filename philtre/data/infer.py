"""Inference: decide what each column is and what to do with it, and say why."""

from collections.abc import Callable

import polars as pl

from philtre.data.column import Column
from philtre.data.facts import Facts, look, rare_share, with_steps
from philtre.data.steps import boolean, drop, impute, one_hot, scale

FREE = 0.2
"""Text is free when the texts that are not rare cover a smaller share of it."""
SPARSE = 0.25
"""From this share of missing values on, which rows have a value says something itself."""
LEVELS = 5
"""Up to so many whole numbers, each in at least `LEVEL` of the rows, are levels rather than amounts."""
LEVEL = 0.05
EXACT = 2**53
"""Whole numbers up to here are exact beside a missing one, which makes them floats."""


def infer_columns(frame: pl.DataFrame) -> dict[str, Column]:
    """Decide the kind and the steps of each column.

    Args:
        frame: the rows that have a target, less the target.
    """
    return {name: _decide(facts) for name, facts in look(frame).items()}


def _decide(facts: Facts) -> Column:
    kind = with_steps(facts.kind)
    if facts.missing == facts.rows:
        return Column(kind, drop(), missing=True, reason="every value is missing")
    if facts.kind == "other":
        return Column("other", drop(), reason=f"values of type {facts.dtype} have no numeric form")
    if facts.low == facts.high and not facts.missing:
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
        return Column("category", one_hot(rare=rare_share(facts.rows)), missing=True, reason=reason)
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
        rare = rare_share(facts.rows)
        grouped = f", {facts.frequent} of them in {rare:.1%} of the rows or more"
        reason = f"{facts.distinct} texts{grouped if facts.frequent < facts.distinct else ''}; {facts.absence}"
        return Column("category", one_hot(rare=rare), missing=True, reason=reason)
    if facts.missing >= SPARSE * facts.rows:
        reason = f"{facts.absence}, which says something itself; {facts.distinct} texts, most of them rare"
        return Column("category", one_hot(rare=rare_share(facts.rows, 3, 0.002)), missing=True, reason=reason)
    return Column("text", drop(), reason=f"{facts.distinct} texts in {facts.present} rows: nearly free text")


DECISIONS: dict[str, Callable[[Facts], Column]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "timestamp": _moment,
    "text": _text,
}
