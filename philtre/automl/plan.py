"""The plan of a training: batches, a schedule of learning rates, and how it shortens when time runs out."""

import time
from dataclasses import dataclass

import numpy as np

from philtre.fields import Array

STEPS = 16
"""Steps of a dispatch."""
EPOCHS = (6, 120)
SMALL = 5_000
"""Tables of fewer rows are trained in smaller batches."""
WARMUP = 0.05
"""Share of the schedule in which the learning rate rises."""


@dataclass(frozen=True)
class Plan:
    """How long a training takes, and in which batches.

    Attributes:
        batch_size: rows of a step.
        dispatches: calls of the compiled scan that make an epoch.
        epochs: of the whole schedule.
        rate: largest learning rate.
    """

    batch_size: int
    dispatches: int
    epochs: int
    rate: float

    @classmethod
    def of(cls, rows: int, steps: int, rate: float) -> "Plan":
        """Plan about so many steps: an epoch is one pass over the rows, or one dispatch where they are few.

        Example:
            >>> Plan.of(16_000, 1_000, 0.01)
            Plan(batch_size=256, dispatches=4, epochs=16, rate=0.01)
        """
        batch_size = min(256 if rows >= SMALL else 64, 1 << (rows.bit_length() - 1))
        dispatches = max(1, round(rows / batch_size / STEPS))
        epochs = round(steps / (dispatches * STEPS))
        return cls(batch_size, dispatches, max(EPOCHS[0], min(EPOCHS[1], epochs)), rate)

    def rates(self, begin: float, end: float) -> Array:
        """float32[dispatches, STEPS]: learning rates from one point of the schedule, 0 to 1, to another.

        They rise, then fall as a cosine does. Reference: Loshchilov and Hutter, "SGDR", 2017.
        """
        points = np.linspace(begin, end, self.dispatches * STEPS, endpoint=False)
        rates = self.rate * (0.5 + 0.5 * np.cos(np.pi * points)) * np.minimum(1, 0.1 + points / WARMUP)
        return rates.astype(np.float32).reshape(self.dispatches, STEPS)


class Pace:
    """How much of the schedule the next epoch covers: its share of the plan, or more where time would not suffice.

    The first epoch, which may compile, and the one after it go by the plan.
    """

    def __init__(self, plan: Plan, deadline: float | None) -> None:
        self.plan = plan
        self.deadline = deadline
        self.began: list[float] = []

    @property
    def again(self) -> float:
        """Seconds that the epochs so far would take once more: the median one, without the compilation of the first."""
        return float(len(self.began) * np.median(np.diff([*self.began, time.monotonic()])))

    def width(self, point: float) -> float:
        """Share of the schedule from `point` on; called when an epoch begins."""
        self.began.append(time.monotonic())
        planned = 1 / self.plan.epochs
        if self.deadline is None or len(self.began) < 3:
            return planned
        seconds = self.began[-1] - self.began[-2]
        possible = max(1, int((self.deadline - self.began[-1]) / seconds))
        return max(planned, (1 - point) / possible)
