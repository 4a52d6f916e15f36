"""A sketch of a column's distribution: quantiles of any number of rows in bounded memory."""

from collections.abc import Sequence

import numpy as np

from philtre.fields import Array

STRIDE = 64
"""Every 64th value of a sorted batch is kept: in batches of `BATCH` rows, a rank is wrong by 0.025 % at most."""
BATCH = 1 << 17
LIMIT = 1 << 19
"""Points held at most; beyond, they are thinned to `KEPT`, which moves ranks by 0.0008 %."""
KEPT = 1 << 16


class Sketch:
    """An equi-depth summary: sorted batches, thinned. It merges, and its rank error stays below 0.1 %.

    Each kept value stands for its neighbours in the sorted batch. The error bound holds for batches of `BATCH` rows
    and up to some 5e9 rows; fewer rows than `STRIDE` in a batch are kept as they are.

    Example:
        >>> sketch = Sketch()
        >>> for batch in np.split(np.arange(1_000_000.0), 10):
        ...     sketch.add(batch)
        >>> abs(sketch.quantiles([0.5])[0] - 500_000) < 1000
        True

    Reference: Munro and Paterson, "Selection and sorting with limited storage", 1980; Agarwal et al., "Mergeable
    summaries", 2012.
    """

    def __init__(self) -> None:
        self.points: list[Array] = []
        self.weights: list[Array] = []
        self.low, self.high = np.inf, -np.inf
        self.held = 0

    def add(self, values: Array) -> None:
        """Take in a batch.

        Args:
            values: float[n], finite, in any order.
        """
        if not len(values):
            return
        ordered = np.sort(values)
        self.low, self.high = min(self.low, float(ordered[0])), max(self.high, float(ordered[-1]))
        stride = min(STRIDE, -(-len(ordered) // STRIDE))
        kept = ordered[stride // 2 :: stride].copy()
        self._hold(kept, np.full(len(kept), len(ordered) / len(kept)))

    def merge(self, other: "Sketch") -> None:
        """Take in what another sketch has seen."""
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        for points, weights in zip(other.points, other.weights, strict=True):
            self._hold(points, weights)

    def quantiles(self, probabilities: Sequence[float]) -> tuple[float | None, ...]:
        """The values at some shares of the rows, in [0, 1], interpolated; None each where nothing was seen."""
        if not self.held:
            return (None,) * len(probabilities)
        points, ranks, total = self._ranked()
        xs = np.concatenate([[0.0], ranks, [total]])
        ys = np.concatenate([[self.low], points, [self.high]])
        return tuple(np.interp(np.asarray(probabilities) * total, xs, ys).tolist())

    def _hold(self, points: Array, weights: Array) -> None:
        self.points.append(points)
        self.weights.append(weights)
        self.held += len(points)
        if self.held > LIMIT:
            self._thin()

    def _ranked(self) -> tuple[Array, Array, float]:
        """Points in order, the rank at the middle of what each stands for, and the number of rows."""
        points, weights = np.concatenate(self.points), np.concatenate(self.weights)
        order = np.argsort(points, kind="stable")
        ends = np.cumsum(weights[order])
        return points[order], ends - weights[order] / 2, float(ends[-1])

    def _thin(self) -> None:
        points, ranks, total = self._ranked()
        middles = (np.arange(KEPT) + 0.5) * (total / KEPT)
        nearest = np.clip(np.searchsorted(ranks, middles), 0, len(points) - 1)
        self.points, self.weights = [points[nearest]], [np.full(KEPT, total / KEPT)]
        self.held = KEPT
