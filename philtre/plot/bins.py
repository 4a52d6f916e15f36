"""Bins: where a histogram cuts numbers."""

from itertools import pairwise

import numpy as np

from philtre.fields import Array
from philtre.plot.words import number

BINS = 24
TAIL = 0.005
"""This share of the rows on either side may be far from the others."""
STRETCH = 0.6
"""Values further out than this many times the breadth of the others are beyond a histogram."""


def bin_edges(present: Array) -> Array:
    """Find where bins of a round width meet, so that the bulk of the values is seen.

    Args:
        present: float64[n], finite.

    Returns:
        float64[g + 1], ascending; bins of whole numbers are whole, or one for each.
    """
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


def bin_labels(edges: Array, *, time: bool) -> tuple[str, ...]:
    """Name bins by their ends; `time` says that these are milliseconds since 1970."""
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
