"""Totals of the target by the values of a category and by fold, for steps that learn from the target."""

import numpy as np
import polars as pl

from philtre.data.steps.statistic import Goals, Totals, TotalsOf
from philtre.errors import DataError
from philtre.fields import Array

FOLDS = 5
_MIX, _WORD = 2_654_435_761, 2**32
"""Knuth's multiplicative hash spreads neighbouring rows over the folds."""


def folds_of(rows: int) -> Array:
    """int32[n]: the fold of each row, by its position."""
    mixed = (np.arange(rows, dtype=np.uint64) * _MIX) % _WORD
    return ((mixed >> 16) % FOLDS).astype(np.int32)


def total(frame: pl.LazyFrame, question: TotalsOf, goals: Goals | None) -> Totals:
    """Sum the goals over the rows of each value and fold; one grouping, which streams.

    Raises:
        DataError: if there is no target.
    """
    if goals is None:
        raise DataError("recipe step 'target_encode'", expected="a target to learn from", got="none")
    columns = [goal.alias(f"goal {i}") for i, goal in enumerate(goals.columns)]
    rows = frame.select(question.column.alias("value"), *columns).with_row_index("row")
    fold = ((pl.col("row").cast(pl.UInt64) * _MIX) % _WORD // 65_536 % FOLDS).alias("fold")
    goal_names = [f"goal {i}" for i in range(len(columns))]
    sums = [pl.col(name).sum() for name in goal_names]
    squares = [(pl.col(name) ** 2).sum().alias(f"{name} squared") for name in goal_names]
    grouped = rows.group_by("value", fold).agg(pl.len().alias("rows"), *sums, *squares)
    table = grouped.collect(engine="streaming").sort("value", "fold")
    values = {value: place for place, value in enumerate(table["value"].unique(maintain_order=True))}
    places, fold_of = [values[value] for value in table["value"]], table["fold"].to_numpy()
    counts, totals = np.zeros((len(values), FOLDS)), np.zeros((len(values), FOLDS, len(columns)))
    counts[places, fold_of] = table["rows"].to_numpy()
    totals[places, fold_of] = table.select(goal_names).to_numpy()
    whole = table.select(f"{name} squared" for name in goal_names).sum().to_numpy()[0]
    return Totals(values, counts, totals, whole, goals.names)
