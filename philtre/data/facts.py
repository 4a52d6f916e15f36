"""Facts: what a look at the texts and one pass over the rows tell of every column, before anything is decided."""

import math
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from philtre.data.detect import Detection, Evidence, detect
from philtre.data.detect.whole import detect_whole
from philtre.data.kind import KINDS
from philtre.data.written import is_text
from philtre.fields import PLAIN, Spelling

RARE = 0.01
"""A text in a smaller share of the rows is rare."""
SAMPLE = 50_000
"""Rows whose texts are looked at, spread over the table."""


@dataclass(frozen=True)
class Facts:
    """What a look at a column tells."""

    name: str
    dtype: pl.DataType
    kind: str
    """What the values look like: a kind, "text" for names and prose, or "other"."""
    rows: int
    missing: int
    spelling: Spelling = PLAIN
    note: str = ""
    """How the values are written, where that is not plain."""
    evidence: Evidence = field(default_factory=lambda: Evidence({}, (), 0))
    low: Any = None
    high: Any = None
    distinct: int = 0
    """Number of different values, of whole numbers and texts; so are the next three."""
    least: int = 0
    """Count of the rarest value."""
    frequent: int = 0
    """Number of values that are not rare."""
    covered: int = 0
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


def look(frame: pl.DataFrame) -> dict[str, Facts]:
    """Gather the facts of all columns: how they are written in a sample, then how they are spread in one pass."""
    sample = frame if frame.height <= SAMPLE else frame.gather_every(-(-frame.height // SAMPLE))
    evidence = {name: Evidence.of(column) for name, column in zip(frame.columns, sample.iter_columns(), strict=True)}
    seen = {name: _seen(sample[name], evidence[name]) for name in frame.columns}
    questions = {
        (name, key): question
        for name, detection in seen.items()
        for key, question in _questions(pl.col(name), frame.schema[name], detection).items()
    }
    answers = frame.lazy().select(q.alias(f"{i}") for i, q in enumerate(questions.values())).collect()
    found: dict[str, dict[str, Any]] = {name: dict(_variety(frame[name], each)) for name, each in seen.items()}
    for (name, key), answer in zip(questions, answers.row(0) if questions else (), strict=True):
        found[name][key] = answer
    return {
        name: Facts(
            name, frame.schema[name], rows=frame.height, evidence=evidence[name], **each._asdict(), **found[name]
        )
        for name, each in seen.items()
    }


def look_of(dtype: pl.DataType) -> str:
    """What a column of a type looks like: a kind, "text" or "other"."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    if dtype == pl.Boolean:
        return "boolean"
    if is_text(dtype):
        return "text"
    return "timestamp" if isinstance(dtype, pl.Date | pl.Datetime) else "other"


def _seen(column: pl.Series, evidence: Evidence) -> Detection:
    """What a column's values look like."""
    kind = look_of(column.dtype)
    if kind == "text":
        return detect(evidence) or Detection("text", evidence.names, "")
    found = detect_whole(column, evidence) if kind in ("integer", "number") else None
    return found or Detection(kind, PLAIN, "")


def _questions(column: pl.Expr, dtype: pl.DataType, seen: Detection) -> dict[str, pl.Expr]:
    if seen.kind == "other":
        return {"missing": column.null_count()}
    values = KINDS[with_steps(seen.kind)].fitted(column, dtype, seen.spelling)
    return {"missing": values.null_count(), "low": values.min(), "high": values.max()}


def _variety(column: pl.Series, seen: Detection) -> dict[str, int]:
    """How many values of a column are different, and how often they occur."""
    if seen.kind not in ("integer", "text"):
        return {}
    values = KINDS[with_steps(seen.kind)].fitted(pl.col(column.name), column.dtype, seen.spelling)
    counts = column.to_frame().lazy().select(values.alias("value")).drop_nulls().group_by("value").len()
    frequent = pl.col("len").filter(pl.col("len") >= rare_share(len(column)) * len(column))
    found = counts.select(
        distinct=pl.len(),
        least=pl.col("len").min().fill_null(0),
        frequent=frequent.len(),
        covered=frequent.sum(),
    )
    return found.collect(engine="streaming").row(0, named=True)


def rare_share(rows: int, least: int = 5, share: float = RARE) -> float:
    """The share below which a value is rare: `share`, but at least `least` rows of a small table."""
    return max(share, math.floor(10_000 * least / rows) / 10_000)


def with_steps(kind: str) -> str:
    """The kind that a recipe gives a column of this look, if it is not dropped."""
    return "category" if kind == "text" else kind
