"""Groups: the rows of a table by the values of one column, counted, and what the target is in each.

Pictures are drawn from groups, never from rows, so that they are small however large the table is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.plot.bins import bin_edges, bin_labels
from philtre.plot.outcome import Outcome, encode
from philtre.plot.words import distinct, shown

TOP = 8
SECURE = 1.96
"""Standard errors to either side of a mean that hold the true one 95 times in 100."""
HUGE = 1e300
"""Larger numbers are drawn as this one, so that differences are finite."""


@dataclass(frozen=True)
class Groups:
    """Rows by the value of a column.

    Attributes:
        labels: what each of the g groups is called.
        counts: int64[g], rows.
        missing: rows without a value; they are a group of their own, the last, only beside named values.
        edges: float64[g + 1], where the bins of a number meet; None for named values.
        time: whether the edges are milliseconds since 1970.
        beyond: (rows below the first edge, rows above the last); counted in the outermost bins.
        special: bool[g], groups that are no value of the column: the others, the missing.
        means: float64[g, k], of the outcome; None without one. So are the next three.
        lows: float64[g, k], where the 95 % intervals of the means begin.
        highs: float64[g, k], where they end.
        explained: share of the outcome's variance that lies between the groups, adjusted for their number, 0 to 1.
        missing_mean: float64[k], of the outcome where the column is missing.
    """

    labels: tuple[str, ...]
    counts: Array
    missing: int
    edges: Array | None = None
    time: bool = False
    beyond: tuple[int, int] = (0, 0)
    special: Array | None = None
    means: Array | None = None
    lows: Array | None = None
    highs: Array | None = None
    explained: float | None = None
    missing_mean: Array | None = None

    @property
    def repeats(self) -> bool:
        """Whether a value occurs more than once, so that there is something to see; bins always have."""
        return self.special is None or bool(self.counts[~self.special].max(initial=0) > 1)


def group_numbers(values: Any, target: Outcome | None = None, *, time: bool = False) -> Groups:
    """Cut numbers into bins of equal width; bins of whole numbers are whole.

    Args:
        values: [n] numbers; NaN and infinite ones are missing.
        target: of the same rows.
        time: values are milliseconds since 1970.
    """
    numbers = np.asarray(values, np.float64)
    known = np.isfinite(numbers)
    present = np.clip(numbers[known], -HUGE, HUGE)
    edges = bin_edges(present)
    codes = np.clip(np.searchsorted(edges, present, side="right") - 1, 0, len(edges) - 2)
    beyond = (int(np.sum(present < edges[0])), int(np.sum(present > edges[-1])))
    labels = bin_labels(edges, time=time)
    place = np.full(len(numbers), len(labels))
    place[known] = codes
    return _grouped(place, labels, target, missing=len(labels), edges=edges, time=time, beyond=beyond)


def group_values(values: Iterable[Any], target: Outcome | None = None, *, top: int = TOP) -> Groups:
    """Count values: the most frequent by name, the others together, and the missing (None, NaN).

    Args:
        values: [n] of anything that can be compared.
        target: of the same rows.
        top: how many values have a group of their own.
    """
    names, codes = encode(None if value != value else value for value in values)
    counts = np.bincount(codes, minlength=len(names))
    absent = names.index(None) if None in names else -1
    ranked = sorted((i for i in range(len(names)) if i != absent), key=lambda i: (-counts[i], str(names[i])))
    kept = ranked[: top if len(ranked) > top + 1 else top + 1]
    left = len(ranked) - len(kept)
    labels = [shown(names[i]) for i in kept]
    place = np.full(len(names) + 1, len(kept))
    place[kept] = np.arange(len(kept))
    if left:
        labels.append(f"{left:,} others")
    if absent >= 0:
        labels.append("missing")
        place[absent] = len(labels) - 1
    special = np.arange(len(labels)) >= len(kept)
    missing = len(labels) - 1 if absent >= 0 else -1
    return _grouped(place[codes], distinct(labels), target, missing=missing, special=special)


def _grouped(place: Array, labels: Sequence[str], target: Outcome | None, *, missing: int, **more: Any) -> Groups:
    """Count rows by group, and average the outcome; `missing` is the group of the rows without a value."""
    size = max(len(labels), missing + 1)
    counts = np.bincount(place, minlength=size)
    absent = int(counts[missing]) if missing >= 0 else 0
    if target is None or not len(place):
        return Groups(tuple(labels), counts[: len(labels)], absent, **more)
    means, lows, highs = _averaged(place, counts, size, target)
    named = slice(len(labels))
    return Groups(
        tuple(labels),
        counts[named],
        absent,
        **more,
        means=means[named],
        lows=lows[named],
        highs=highs[named],
        explained=_explained(counts, means, target),
        missing_mean=means[missing] if absent else None,
    )


def _averaged(place: Array, counts: Array, size: int, target: Outcome) -> tuple[Array, Array, Array]:
    """Means of the outcome by group, with their 95 % intervals: Wilson's of a share, else two standard errors."""
    rows = counts[:, None]
    sums = np.stack([np.bincount(place, each, size) for each in target.values.T], axis=1)
    squares = np.stack([np.bincount(place, each**2, size) for each in target.values.T], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / rows
        if target.classes:
            middle = (means + SECURE**2 / (2 * rows)) / (1 + SECURE**2 / rows)
            reach = np.sqrt(means * (1 - means) / rows + (SECURE / rows) ** 2 / 4) * SECURE / (1 + SECURE**2 / rows)
        else:
            middle, reach = means, SECURE * np.sqrt(np.maximum(squares / rows - means**2, 0) / (rows - 1))
    return means, middle - reach, middle + reach


def _explained(counts: Array, means: Array, target: Outcome) -> float:
    n, filled = len(target.values), counts > 0
    total = float(((target.values - target.mean) ** 2).sum())
    between = float((counts[filled, None] * (means[filled] - target.mean) ** 2).sum())
    degrees = n - int(filled.sum())
    if total <= 0 or degrees <= 0:
        return 0.0
    return min(max(1 - (1 - between / total) * (n - 1) / degrees, 0.0), 1.0)
