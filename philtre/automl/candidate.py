"""A candidate learns scores from prepared features; whatever it is inside, what it gives is a program."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from philtre.fields import Array, Tensor
from philtre.program import Program

History = Sequence[Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class Training:
    """What a candidate learns from.

    Args:
        x: float32[n, d], prepared features: finite, numbers standardised, categories one-hot.
        y: int32[n], class indices; or float32[n], standardised values.
        classes: number of classes, None for regression.
        weights: float32[n], how much each row counts, of mean 1; None counts them alike.
        seed: same seed and data, same bits, as long as no deadline cuts the fit short.
        deadline: second of `time.monotonic` by which the fit should be done; it then keeps the best so far.
    """

    x: Array
    y: Array
    classes: int | None
    weights: Array | None = None
    seed: int = 0
    deadline: float | None = None

    @property
    def outputs(self) -> int:
        """k, the scores of a row: one for each class, or one."""
        return self.classes or 1

    @property
    def late(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and time.monotonic() >= self.deadline


@dataclass(frozen=True, eq=False)
class Fit:
    """What a candidate learned.

    Attributes:
        program: from "features" float32[n, d] to "scores": logits float32[n, k], or float32[n, 1].
        hints: numbers that a fit on more of the same rows should reuse, such as how many epochs were best. They may be
            averaged over folds.
        history: a row of figures for each epoch.
        again: seconds that a fit alike would take, now that what it needs is compiled; None if this one compiled
            nothing.
    """

    program: Program
    hints: Mapping[str, float] = field(default_factory=dict)
    history: History = ()
    again: float | None = None


class Candidate(Protocol):
    """A way to learn from features: a name and a function."""

    @property
    def name(self) -> str:
        """How tables and options call it."""

    def fit(self, training: Training, hints: Mapping[str, float] | None = None) -> Fit:
        """Learn; with hints of other fits, nothing that they say is searched for again."""


def scores_program(function: Any, d: int, k: int, *, name: str) -> Program:
    """Make the program of a fit: features float32[n, d] to scores float32[n, k]."""
    return Program(
        lambda features: {"scores": function(features)},
        inputs={"features": Tensor((None, d))},
        outputs={"scores": Tensor((None, k))},
        name=name,
    )
