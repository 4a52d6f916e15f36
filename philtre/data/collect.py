"""Collect the statistics that steps ask for: one pass for all aggregations, one for all quantiles of a big table."""

from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import polars as pl

from philtre.data.sketch import BATCH, Sketch
from philtre.data.steps.statistic import Counts, Goals, Moment, Moments, Quantiles, Statistic, TotalsOf
from philtre.data.totals import total
from philtre.fields import Array

EXACT_ROWS = 1_000_000
"""Up to so many rows quantiles are exact."""
K = TypeVar("K", bound=Hashable)


def collect(
    frame: pl.LazyFrame, rows: int, questions: Mapping[K, Statistic], goals: Goals | None = None
) -> dict[K, Any]:
    """Answer all questions about the columns of a frame.

    Args:
        frame: the rows; streamed, so that they need not fit into memory.
        rows: their number.
        questions: aggregations and other statistics, by any key.
        goals: the target, for `TotalsOf`.
    """
    plain = {key: each for key, each in questions.items() if isinstance(each, pl.Expr)}
    counts = {key: each for key, each in questions.items() if isinstance(each, Counts)}
    quantiles = {key: each for key, each in questions.items() if isinstance(each, Quantiles)}
    moments = {key: each for key, each in questions.items() if isinstance(each, Moments)}
    lows = _lows(frame, moments)
    asked: dict[Any, pl.Expr] = {("plain", key): each for key, each in plain.items()}
    for key, moment in moments.items():
        above = (moment.column - lows[key]) if key in lows else moment.column
        asked[("mean", key)] = above.cast(pl.Float64).mean()
        asked[("deviation", key)] = above.cast(pl.Float64).std(ddof=0)
    if rows <= EXACT_ROWS:
        for key, each in quantiles.items():
            asked[("quantiles", key)] = each.column.cast(pl.Float64).quantile(list(each.probabilities), "linear")
    found = _select(frame, asked)
    answers: dict[K, Any] = {key: found[("plain", key)] for key in plain}
    answers |= {key: _moment(lows.get(key), found[("mean", key)], found[("deviation", key)]) for key in moments}
    answers |= _counted(frame, counts)
    answers |= {key: total(frame, each, goals) for key, each in questions.items() if isinstance(each, TotalsOf)}
    if rows > EXACT_ROWS:
        return answers | _sketched(frame, quantiles)
    return answers | {key: tuple(found[("quantiles", key)]) for key in quantiles}


def _select(frame: pl.LazyFrame, questions: Mapping[K, pl.Expr]) -> dict[K, Any]:
    if not questions:
        return {}
    row = frame.select(each.alias(f"{i}") for i, each in enumerate(questions.values())).collect(engine="streaming")
    return dict(zip(questions, row.row(0), strict=True))


def _lows(frame: pl.LazyFrame, moments: Mapping[K, Moments]) -> dict[K, int]:
    """The lowest value of each column of integers where differences from it are exact: they fit into 64 bits."""
    columns = {key: each.column for key, each in moments.items()}
    schema = frame.select(each.alias(f"{i}") for i, each in enumerate(columns.values())).collect_schema()
    whole = {key for key, dtype in zip(columns, schema.values(), strict=True) if dtype.is_integer()}
    ends = {(end, key): getattr(columns[key], end)() for key in whole for end in ("min", "max")}
    found = _select(frame, ends)
    lows = {key: found[("min", key)] for key in whole if found[("min", key)] is not None}
    return {key: low for key, low in lows.items() if found[("max", key)] - low < 2**63}


def _moment(low: int | None, mean: float | None, deviation: float | None) -> Moment:
    above = mean or 0.0
    return Moment((low or 0) + round(above), above - round(above), deviation or 0.0)


def _counted(frame: pl.LazyFrame, questions: Mapping[K, Counts]) -> dict[K, dict[Any, int]]:
    """One grouping a column, in turn: it streams, where counting values inside a select would hold them all."""
    return {key: dict(_counts(frame, each).collect(engine="streaming").iter_rows()) for key, each in questions.items()}


def _counts(frame: pl.LazyFrame, question: Counts) -> pl.LazyFrame:
    counts = frame.select(value=question.column).drop_nulls().group_by("value").len()
    if question.most is None:
        return counts
    return counts.sort("len", "value", descending=[True, False]).head(question.most)


def _sketched(frame: pl.LazyFrame, questions: Mapping[K, Quantiles]) -> dict[K, tuple[float | None, ...]]:
    if not questions:
        return {}
    sketches = [Sketch() for _ in questions]
    columns = frame.select(each.column.alias(f"{i}") for i, each in enumerate(questions.values()))
    with ThreadPoolExecutor() as pool:
        for batch in columns.collect_batches(chunk_size=BATCH, maintain_order=False, engine="streaming"):
            list(pool.map(lambda pair: pair[0].add(_values(pair[1])), zip(sketches, batch.iter_columns(), strict=True)))
    found = [sketch.quantiles(each.probabilities) for sketch, each in zip(sketches, questions.values(), strict=True)]
    return dict(zip(questions, found, strict=True))


def _values(series: pl.Series) -> Array:
    values = series.drop_nulls().to_numpy()
    return values if values.dtype.kind == "f" else values.astype(np.float64)
