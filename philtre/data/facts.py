"""Facts: what one pass over the rows tells of every column, before anything is decided."""

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from philtre.data.kind import KINDS
from philtre.fields import PLAIN

RARE = 0.01
"""A text in a smaller share of the rows is rare."""


@dataclass(frozen=True)
class Facts:
    """What one pass over the rows tells of a column."""

    dtype: pl.DataType
    kind: str
    """What the type looks like; see `look_of`."""
    rows: int
    missing: int
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
    """Gather the facts of all columns in one pass."""
    kinds = {name: look_of(dtype) for name, dtype in frame.schema.items()}
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


def look_of(dtype: pl.DataType) -> str:
    """What a column of a type looks like: a kind, "text" or "other"."""
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
        return {"missing": pl.col(name).null_count()}
    column = KINDS[with_steps(kind)].fitted(pl.col(name), dtype, PLAIN)
    extent = {"missing": column.null_count(), "low": column.min(), "high": column.max()}
    if kind not in ("integer", "text"):
        return extent
    present = column.drop_nulls()
    counts = present.alias("value").value_counts().struct.field("count")
    kept = counts.filter(counts >= rare_share(rows) * rows)
    return {
        **extent,
        "distinct": present.n_unique(),
        "least": counts.min(),
        "frequent": kept.len(),
        "covered": kept.sum(),
    }


def rare_share(rows: int, least: int = 5, share: float = RARE) -> float:
    """The share below which a value is rare: `share`, but at least `least` rows of a small table."""
    return max(share, math.floor(10_000 * least / rows) / 10_000)


def with_steps(kind: str) -> str:
    """The kind that a recipe gives a column of this look, if it is not dropped."""
    return "category" if kind == "text" else kind
