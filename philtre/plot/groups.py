"""Groups: the rows of a table by the values of one column, counted, and what the target is in each.

Pictures are drawn from groups, never from rows, so that they are small however large the table is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from philtre.errors import DataError
from philtre.fields import Array
from philtre.plot.style import GREY, SERIES
from philtre.plot.words import number, shown

BINS = 24
TOP = 8
TAIL = 0.005
"""This share of the rows on either side may be far from the others."""
STRETCH = 0.6
"""Values further out than this many times the breadth of the others are beyond a histogram."""
SECURE = 1.96
"""Standard errors to either side of a mean that hold the true one 95 times in 100."""
HUGE = 1e300
"""Larger numbers are drawn as this one, so that differences are finite."""
OTHER = 5
"""Classes beyond so many are one."""
JOINED = " other classes"


@dataclass(frozen=True)
class Outcome:
    """The target of n rows: a class each, or a number each.

    Attributes:
        values: float64[n, k]; of classes, 1 in the column of the row's class.
        classes: names of the columns; empty for a number.
        name: what is shown for it.
    """

    values: Array
    classes: tuple[str, ...]
    name: str

    @property
    def binary(self) -> bool:
        """Whether there are two classes: the share of the second says all."""
        return len(self.classes) == 2

    @property
    def colours(self) -> list[str]:
        """A colour for each class; classes that were joined are grey."""
        return [GREY if name.endswith(JOINED) else colour for name, colour in zip(self.classes, SERIES, strict=False)]

    @cached_property
    def mean(self) -> Array:
        """float64[k], over all rows: shares of the classes, or the mean."""
        return np.asarray(self.values.mean(axis=0))


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


def outcome(values: Any, name: str = "target", classes: Sequence[str] | None = None) -> Outcome:
    """Make an outcome of numbers, or of labels (text or truth values).

    Args:
        values: [n], none missing.
        name: what is shown for it.
        classes: the labels in order; by default as they are sorted. The rarest beyond six are joined.

    Raises:
        DataError: if there are no rows.
    """
    column = np.asarray(values)
    if not len(column):
        raise DataError("outcome", expected="rows", got="none")
    if column.dtype.kind in "iuf":
        return Outcome(column.astype(np.float64)[:, None], (), name)
    names, codes = encode(column.tolist())
    order = list(classes) if classes is not None else sorted(names, key=str)
    codes = np.array([order.index(label) for label in names])[codes]
    if len(order) > OTHER + 1:
        frequent = np.sort(np.argsort(-np.bincount(codes, minlength=len(order)), kind="stable")[:OTHER])
        place = np.full(len(order), OTHER)
        place[frequent] = np.arange(OTHER)
        codes, order = place[codes], [*(order[i] for i in frequent), f"{len(order) - OTHER}{JOINED}"]
    return Outcome(np.eye(len(order))[codes], tuple(shown(label) for label in order), name)


def encode(values: Iterable[Any]) -> tuple[list[Any], Array]:
    """Different values in the order of their first appearance, and int64[n], each value's position there."""
    known: dict[Any, int] = {}
    codes = np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64)
    return list(known), codes


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
    edges = _edges(present)
    codes = np.clip(np.searchsorted(edges, present, side="right") - 1, 0, len(edges) - 2)
    beyond = (int(np.sum(present < edges[0])), int(np.sum(present > edges[-1])))
    labels = _bin_labels(edges, time=time)
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


def _edges(present: Array) -> Array:
    """Where bins of a round width meet, so that the bulk of the values is seen."""
    if not len(present):
        return np.array([0.0, 1.0])
    inner, outer = np.quantile(present, [TAIL, 1 - TAIL])
    room = STRETCH * (outer - inner)
    bulk = present[(present >= inner - room) & (present <= outer + room)] if room else present
    low, high = float(bulk.min()), float(bulk.max())
    whole = bool(np.all(present == np.round(present)))
    count = max(6, min(BINS, int(2 * len(present) ** (1 / 3))))
    width = _round_width(max((high - low) / count, 1e-12 * max(abs(low), abs(high))))
    if whole:
        width = max(1.0, np.ceil(width))
        if high - low < BINS and width == 1:
            return np.arange(low, high + 2) - 0.5
    first = np.floor(low / width) * width
    steps = int(np.ceil((high - first) / width)) or 1
    if whole and first + steps * width <= high:
        steps += 1
    return np.asarray(first + width * np.arange(steps + 1))


def _bin_labels(edges: Array, *, time: bool) -> tuple[str, ...]:
    if time:
        names = [str(day) for day in edges.astype("datetime64[ms]").astype("datetime64[D]")]
    elif edges[0] % 1 == 0.5 and np.all(np.diff(edges) == 1):
        return tuple(number(low + 0.5) for low in edges[:-1])
    else:
        names = [number(edge) for edge in edges.tolist()]
    return tuple(f"{low} to {high}" for low, high in pairwise(names))


def _round_width(width: float) -> float:
    """The nearest of 1, 2, 2.5, 5 times a power of ten."""
    if not width > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width))
    return float(min((factor * power for factor in (1, 2, 2.5, 5, 10)), key=lambda near: abs(np.log(near / width))))


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Mark labels that occur again: values that were cut, or are called like the others."""
    taken: dict[str, None] = {}
    for label in labels:
        while label in taken:
            label += "'"
        taken[label] = None
    return tuple(taken)
