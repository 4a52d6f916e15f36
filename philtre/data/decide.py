"""Decide what to do with a column, from the facts, and say why."""

import math
from collections.abc import Callable

import numpy as np

from philtre.data.column import ORDERED, Column
from philtre.data.detect import role
from philtre.data.facts import Facts, rare_share, with_steps
from philtre.data.steps import (
    Step,
    age,
    boolean,
    calendar,
    clip,
    drop,
    impute,
    log1p,
    one_hot,
    scale,
    target_encode,
    tf_idf,
    yeo_johnson,
)

FREE = 0.2
"""Names are too many for a category when those that are not rare cover a smaller share of the rows."""
SPARSE = 0.25
"""From this share of missing values on, which rows have a value says something itself."""
LEVELS = 5
"""Up to so many whole numbers, each in at least `LEVEL` of the rows, are levels rather than amounts."""
LEVEL = 0.05
EXACT = 2**53
"""Whole numbers up to here are exact beside a missing one, which makes them floats."""
PROSE = 3.2
"""Texts of so many words on average, most of them different, are prose."""
READ = 100
"""Rows from which on the words of prose are learned; one word for every ten rows, and `WORDS` at most."""
WORDS = 200
UNIQUE = 0.9
"""Texts of which a larger share is different name their rows."""
MANY = 50
"""Of more names than this, most of them rare, the mean of the target is learned for each."""
WIDEST = 128
"""More frequent names than this are too many features."""
COVERED = 0.5
"""Names are mostly rare when the others cover a smaller share of the rows."""
SKEWED = 2.0
"""Numbers of a larger skewness lie on one side of a long tail."""
WIDE = 10.0
"""Numbers below this have no orders of magnitude."""
FAR = 20.0
"""Numbers further from the median, in distances of the quartiles, would set the scale of all others."""
ENDS = (0.002, 0.998)
"""What lies further out is held at these quantiles."""


def decide(facts: Facts) -> Column:
    """Decide the kind and the steps of a column, with the reason."""
    kind = with_steps(facts.kind)
    if facts.missing == facts.rows:
        why = "no value is one that float32 holds" if facts.evidence.stated else "every value is missing"
        return Column(kind, drop(), missing=True, reason=why)
    if facts.kind == "other":
        return Column("other", drop(), reason=f"values of type {facts.dtype} have no numeric form")
    if facts.low == facts.high and not facts.missing:
        return Column(kind, drop(), reason="the same value in every row")
    return DECISIONS[facts.kind](facts)


def _column(facts: Facts, kind: str, *steps: Step, missing: bool, why: str) -> Column:
    reason = "; ".join(part for part in (why, facts.note) if part)
    return Column(kind, *steps, missing=missing, spelling=facts.spelling, reason=reason)


def _number(facts: Facts) -> Column:
    numbers = f"numbers from {facts.low:g} to {facts.high:g}"
    different = len(facts.evidence.stated) / max(1, sum(facts.evidence.stated.values()))
    named = role.names_rows(facts.name) or role.are_long(facts.low, facts.high)
    if different >= UNIQUE and named and facts.spread.whole:
        return Column("number", drop(), missing=True, reason=f"{numbers}, hardly any twice: an identifier")
    if role.words_of(facts.name) & role.DECIMAL_CODES and len(facts.evidence.counts) <= facts.present / 2:
        return _category(facts, f"{len(facts.evidence.counts)} different {numbers}, codes by their name")
    steps, shape = _shaped(facts)
    steps = (*steps, impute("median", indicator=facts.missing > 0), scale("standard"))
    return _column(facts, "number", *steps, missing=True, why=f"{numbers}, {facts.absence}{shape}")


def _shaped(facts: Facts) -> tuple[tuple[Step, ...], str]:
    """Steps that bring numbers of a long tail together, and why."""
    spread = facts.spread
    tail = f"; skewed ({spread.skew:.1f})"
    end, other = (facts.high, -facts.low) if spread.skew > 0 else (-facts.low, facts.high)
    if abs(spread.skew) > SKEWED and end >= max(WIDE, other) and spread.log_far <= FAR:
        return (log1p(),), f"{tail}: its logarithm"
    if abs(spread.skew) > SKEWED and facts.kind == "number" and spread.far <= FAR:
        return (yeo_johnson(),), f"{tail}: a power of it"
    if spread.far > FAR:
        return (clip(quantiles=ENDS),), f"; outliers, {spread.far:.0f} quartile distances away, are held at the ends"
    return (), ""


def _integer(facts: Facts) -> Column:
    numbers = f"whole numbers from {facts.low} to {facts.high}"
    if facts.distinct == facts.present and _names_rows(facts):
        return Column("integer", drop(), missing=facts.missing > 0, reason=f"{numbers}, each once: an identifier")
    counts = {int(float(text)): count for text, count in facts.evidence.stated.items()}
    if role.are_codes(facts.name, counts):
        return _category(facts, f"{facts.distinct} {numbers}, which are codes rather than amounts")
    if 2 < facts.distinct <= LEVELS and facts.least >= LEVEL * facts.rows:
        return _category(facts, f"{facts.distinct} {numbers}, each in {LEVEL:.0%} of the rows or more: levels")
    largest = max(abs(facts.low), abs(facts.high))
    if largest > (EXACT if facts.missing else 2**63 - 1):
        return _number(facts)
    steps, shape = _shaped(facts)
    steps += (impute("median", indicator=True),) * (facts.missing > 0) + (scale("standard"),)
    return _column(facts, "integer", *steps, missing=facts.missing > 0, why=f"{numbers}, {facts.absence}{shape}")


def _names_rows(facts: Facts) -> bool:
    """Whether whole numbers, each of which occurs once, count the rows, or are called or written like identifiers."""
    counted = facts.high - facts.low + 1 == facts.distinct
    return counted or role.names_rows(facts.name) or role.are_long(facts.low, facts.high)


def _category(facts: Facts, why: str, rare: float | None = None) -> Column:
    if rare is None and _mostly_rare(facts):
        why = f"{facts.distinct} {'texts' if facts.kind == 'text' else 'codes'}, most of them rare"
        said = f"{why}: the mean of the target for each; {facts.absence}"
        return _column(facts, "category", target_encode(), missing=True, why=said)
    step = one_hot(rare=rare_share(facts.rows) if rare is None else rare)
    return _column(facts, "category", step, missing=True, why=f"{why}; {facts.absence}")


def _mostly_rare(facts: Facts) -> bool:
    return facts.frequent > WIDEST or (facts.distinct > MANY and facts.covered < COVERED * facts.present)


def _boolean(facts: Facts) -> Column:
    nullable = facts.missing > 0
    why = f"true or false, {facts.absence}"
    return _column(facts, "boolean", boolean(indicator=nullable), missing=nullable, why=why)


def _moment(facts: Facts) -> Column:
    nullable = facts.missing > 0
    first, last = (np.datetime64(end, "us").astype("M8[D]") for end in (facts.low, facts.high))
    order = f"; {ORDERED}" * facts.ordered
    why = f"moments from {first} to {last}, {facts.absence}{order}"
    parts = _parts(facts)
    if parts:
        step = calendar(*parts, scaled=True, indicator=nullable)
        return _column(facts, "timestamp", step, missing=nullable, why=why)
    steps = (age(unit="seconds"), *[impute("median", indicator=True)] * nullable, scale("standard"))
    return _column(facts, "timestamp", *steps, missing=nullable, why=why)


def _parts(facts: Facts) -> list[str]:
    """The parts of moments that differ from row to row; none where all are of one day."""
    ends = np.array([facts.low, facts.high], "M8[us]")
    years, months, days = (int(np.diff(ends.astype(f"M8[{unit}]").astype(int))[0]) for unit in "YMD")
    differ = {"year": years, "month": months, "day": days, "weekday": days, "hour": days and facts.clock}
    return [part for part, does in differ.items() if does]


def _text(facts: Facts) -> Column:
    texts = facts.evidence.counts
    different = facts.distinct / facts.present
    words = sum(len(text.split()) * count for text, count in texts.items()) / max(1, sum(texts.values()))
    shown = f"{facts.distinct} different texts in {facts.present} rows"
    if role.is_address(texts) or (different > 0.5 and role.names_rows(facts.name)):
        return Column("text", drop(), missing=True, reason=f"{shown}: an identifier")
    if different > 0.5 and words >= PROSE:
        return _prose(facts, f"prose: {shown}, {words:.1f} words each")
    if different >= UNIQUE:
        return Column("text", drop(), missing=True, reason=f"{shown}: an identifier")
    if facts.covered < FREE * facts.present and facts.missing >= SPARSE * facts.rows:
        sparse = f"{facts.distinct} texts, most of them rare; which rows have one says something itself"
        return _category(facts, sparse, rare_share(facts.rows, 3, 0.002))
    least = math.ceil(rare_share(facts.rows) * facts.rows)
    grouped = f", {facts.frequent} of them in {least} rows or more" * (facts.frequent < facts.distinct)
    return _category(facts, f"{facts.distinct} texts{grouped}")


def _prose(facts: Facts, why: str) -> Column:
    if facts.present < READ:
        return _column(facts, "text", drop(), missing=True, why=f"{why}; fewer than {READ} rows to learn words from")
    words = min(WORDS, facts.present // 10)
    return _column(facts, "text", tf_idf(words), missing=True, why=f"{why}; the {words} most frequent words count")


DECISIONS: dict[str, Callable[[Facts], Column]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "timestamp": _moment,
    "text": _text,
}
