"""How long runs of a model take, by their number of rows."""


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
        """Seconds that a run will take; the longest known where no run had about so many rows."""
        known = self.seconds.get(rows.bit_length())
        return known if known is not None else max(self.seconds.values(), default=0.0)
