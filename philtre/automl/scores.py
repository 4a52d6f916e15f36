"""Scores: how good answers are, and how good it is to always say the same."""

from dataclasses import dataclass

import numpy as np

from philtre.fields import Array


@dataclass(frozen=True)
class Score:
    """A metric over the folds, beside that of the trivial model: the most frequent class, or the mean."""

    metric: str
    folds: tuple[float, ...]
    baseline: float

    @property
    def mean(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.folds))

    @property
    def deviation(self) -> float:
        """Standard deviation over the folds."""
        return float(np.std(self.folds))

    def __str__(self) -> str:
        trivial = "the most frequent class" if self.metric == "accuracy" else "the mean"
        return (
            f"{self.metric} {self.mean:.3f} +- {self.deviation:.3f} in {len(self.folds)}-fold cross-validation"
            f" ({trivial} alone: {self.baseline:.3f})"
        )


def accuracy(truth: Array, answers: Array) -> float:
    """Share of equal labels, 0 to 1."""
    return float(np.mean(truth == answers))


def r2(truth: Array, answers: Array) -> float:
    """Share of the variance that is explained: 1 for perfect answers, 0 for those no better than the mean."""
    total = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum((truth - answers) ** 2)) / total if total else 0.0
