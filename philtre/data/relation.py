"""Relation: how well each column alone tells the target, and which one tells too much."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from philtre.data.column import SUSPECT, Column
from philtre.data.kind import KINDS
from philtre.data.target import Target, Task
from philtre.fields import Array

SAMPLE = 20_000
"""So many rows, spread over the table, are looked at."""
BINS = 64
"""Numbers and moments are looked up by their rank, in so many parts."""
SMOOTH = 10.0
"""Rows that the mean of all counts for beside those that hold a value."""
STRONG, APART = 0.75, 1.5
"""So much a column must tell, and so many times what any other does, to stand out."""
CERTAIN = 0.98
"""What tells more knows the target, whatever the others tell."""


@dataclass(frozen=True)
class Relation:
    """How well the mean target by value of a column, learned on half the rows, fits the other half.

    Attributes:
        task: decides what `strength` is.
        strength: of classes the Gini coefficient ``2 AUC - 1``, averaged over one class against the others by their
            shares; of numbers the share of the variance that is explained. 0 is nothing, 1 is all.
    """

    task: Task
    strength: float

    def __str__(self) -> str:
        if self.task == "regression":
            return f"{self.strength:.0%} of the variance"
        return f"an AUC of {(1 + self.strength) / 2:.2f}"


def relations(frame: pl.DataFrame, columns: Mapping[str, Column], target: Target) -> dict[str, Relation]:
    """Measure each column that is used.

    Args:
        frame: the rows that have a target.
        columns: kinds and spellings.
        target: the column to learn.
    """
    sample = frame.gather_every(-(-frame.height // SAMPLE))
    learned = target.fit(frame).goals(sample).columns
    goals = sample.select(goal.alias(f"{i}") for i, goal in enumerate(learned)).to_numpy()
    half = np.random.default_rng(0).permutation(len(goals)) % 2
    found = {}
    for name, column in columns.items():
        if column.kind in KINDS and not column.dropped:
            codes = _codes(sample, name, column)
            halves = [_tables(codes[half == side], goals[half == side], codes.max() + 1) for side in (0, 1)]
            measure = _gini if target.task == "classification" else _explained
            strength = max(0.0, (measure(*halves) + measure(*reversed(halves))) / 2)
            found[name] = Relation(target.task, strength)
    return found


def suspects(found: Mapping[str, Relation]) -> dict[str, str]:
    """Name the columns that tell the target almost perfectly, or far better than any other, each with what to say."""
    said = {}
    ranked = sorted(found, key=lambda name: -found[name].strength)
    for name in ranked:
        others = max((found[other].strength for other in ranked if other != name), default=0.0)
        strength = found[name].strength
        if strength >= CERTAIN or (strength >= STRONG and strength >= APART * others):
            said[name] = f"a {SUSPECT}: alone it tells the target with {found[name]}; is it known beforehand?"
    return said


def _codes(sample: pl.DataFrame, name: str, column: Column) -> Array:
    """int64[n]: 0 where missing, else the number of the value or of the bin."""
    view = KINDS[column.kind].fitted(pl.col(name), sample.schema[name], column.spelling)
    values = sample.select(view).to_series()
    if column.kind in ("category", "text"):
        return values.rank("dense").fill_null(0).cast(pl.Int64).to_numpy()
    present = len(values) - values.null_count()
    ranks = values.rank("average") / (present + 1) * BINS
    return (ranks.floor() + 1).fill_null(0).cast(pl.Int64).to_numpy()


@dataclass(frozen=True, eq=False)
class _Table:
    """Of each code float64[codes] rows, and float64[codes, k] sums of the goals and of their squares."""

    rows: Array
    sums: Array
    squares: Array

    @property
    def means(self) -> Array:
        """The mean of the goals by code, shrunk to that of all rows."""
        mean = self.sums.sum(axis=0) / max(1, self.rows.sum())
        means: Array = (self.sums + SMOOTH * mean) / (self.rows + SMOOTH)[:, None]
        return means


def _tables(codes: Array, goals: Array, count: int) -> _Table:
    sums = [np.bincount(codes, each, count) for power in (goals, goals**2) for each in power.T]
    k = goals.shape[1]
    return _Table(np.bincount(codes, minlength=count), np.stack(sums[:k], axis=1), np.stack(sums[k:], axis=1))


def _gini(learned: _Table, judged: _Table) -> float:
    """``2 AUC - 1`` of the means as scores, averaged over the goals by their shares."""
    shares = judged.sums.sum(axis=0)
    each = [_gini_of(mean, judged.rows, ones) for mean, ones in zip(learned.means.T, judged.sums.T, strict=True)]
    return float(np.average(each, weights=shares)) if shares.sum() else 0.0


def _gini_of(scores: Array, rows: Array, ones: Array) -> float:
    places = np.unique(scores, return_inverse=True)[1]
    positive = np.bincount(places, ones)
    negative = np.bincount(places, rows - ones)
    pairs = positive.sum() * negative.sum()
    above = positive @ (negative.cumsum() - negative / 2)
    return 2 * float(above / pairs) - 1 if pairs else 0.0


def _explained(learned: _Table, judged: _Table) -> float:
    """1 less the squared error of the means over the variance."""
    means, rows = learned.means, judged.rows[:, None]
    error = (judged.squares - 2 * means * judged.sums + rows * means**2).sum()
    total = judged.squares.sum() - judged.sums.sum() ** 2 / max(1, judged.rows.sum())
    return 1 - float(error / total) if total > 0 else 0.0
