"""A budget of time: how much of what is left each fit may take."""

import time
from collections.abc import Callable


class Budget:
    """Seconds that are shared out as they are spent: who is quick leaves more to those who follow.

    Args:
        seconds: for everything.
        clock: seconds that only grow.

    Example:
        >>> budget = Budget(10.0, clock=lambda: 100.0)
        >>> budget.deadline(0.25), budget.left
        (102.5, 10.0)
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.end = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; 0 when there are none."""
        return max(0.0, self.end - self.clock())

    def deadline(self, share: float) -> float:
        """The second by which work that may take a share of what is left should be done."""
        return self.clock() + share * self.left

    def portion(self, share: float) -> "Budget":
        """A budget of a share of what is left."""
        return Budget(share * self.left, self.clock)
