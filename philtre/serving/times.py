"""How long runs of a model take, by their number of rows."""

import math


class RunTimes:
    """Keeps the shortest recent time for each order of magnitude of rows.

    The shortest, since a run that was interrupted by other work of the machine says nothing of the model; it grows a
    little with every slower run, so that a model that has become slower is noticed.
    """

    GROWTH = 1.05

    def __init__(self) -> None:
        self.seconds: dict[int, float] = {}

    def note(self, rows: int, seconds: float) -> None:
        """Take a run into account."""
        size = rows.bit_length()
        known = self.seconds.get(size)
        self.seconds[size] = seconds if known is None else min(seconds, known * self.GROWTH)

    def expected(self, rows: int) -> float:
        """Seconds that so many rows will take.

        Where no run had about so many: in proportion to a smaller one, else no less than a larger one; infinite where
        nothing ran yet.
        """
        size = rows.bit_length()
        known = self.seconds.get(size)
        if known is not None:
            return known
        smaller = max((other for other in self.seconds if other < size), default=None)
        if smaller is not None:
            return self.seconds[smaller] * 2.0 ** (size - smaller)
        return min(self.seconds.values(), default=math.inf)
