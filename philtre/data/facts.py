"""Facts: what a look at the texts and one pass over the rows tell of every column, before anything is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from philtre.data.detect import Detection, Evidence, detect
from philtre.data.detect.whole import detect_whole
from philtre.data.kind import KINDS
from philtre.data.spread import Spread, spread
from philtre.data.steps.civil import DAY
from philtre.data.written import is_text
from philtre.fields import PLAIN, Spelling

RARE = 0.01
"""A text in a smaller share of the rows is rare, unless it is in so many rows that something is learned of it."""
KNOWN = 50
PLAIN_SPREAD = Spread()
NUMBERS = ("number", "integer")
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
    ordered: bool = False
    """Whether the rows are in the order of these moments, one way or the other."""
    clock: bool = False
    """Whether moments have a time of day."""
    spread: Spread = PLAIN_SPREAD
    """How numbers lie; seen in a sample."""

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
        for key, question in _questions(name, frame.schema, detection).items()
    }
    answers = frame.lazy().select(q.alias(f"{i}") for i, q in enumerate(questions.values())).collect()
    found: dict[str, dict[str, Any]] = {name: dict(_variety(frame[name], each)) for name, each in seen.items()}
    for name, each in seen.items():
        if each.kind in NUMBERS:
            found[name]["spread"] = spread(sample.select(_view(name, frame.schema, each)).to_series())
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


def _view(name: str, schema: Mapping[str, pl.DataType], seen: Detection) -> pl.Expr:
    """The values of a column as its kind has them."""
    return KINDS[with_steps(seen.kind)].fitted(pl.col(name), schema[name], seen.spelling)


def _questions(name: str, schema: Mapping[str, pl.DataType], seen: Detection) -> dict[str, pl.Expr]:
    if seen.kind == "other":
        return {"missing": pl.col(name).null_count()}
    values = _view(name, schema, seen)
    found = {"missing": values.null_count(), "low": values.min(), "high": values.max()}
    if seen.kind != "timestamp":
        return found
    steps = values.drop_nulls().diff()
    return found | {"ordered": (steps >= 0).all() | (steps <= 0).all(), "clock": (values % DAY != 0).any()}


def _variety(column: pl.Series, seen: Detection) -> dict[str, int]:
    """How many values of a column are different, and how often they occur."""
    if seen.kind not in ("integer", "text"):
        return {}
    values = _view(column.name, {column.name: column.dtype}, seen)
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
    """The share below which a value is rare: `share`, but at least `least` rows, and no more than `KNOWN`."""
    wanted = max(least, min(KNOWN, share * rows)) / rows
    return float(f"{wanted:.2g}")


def with_steps(kind: str) -> str:
    """The kind that a recipe gives a column of this look, if it is not dropped."""
    return "category" if kind == "text" else kind
