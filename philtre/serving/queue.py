"""Requests that wait, in lanes: those of one lane may share a batch, and the lanes take turns."""

import threading
from collections import OrderedDict, deque

from philtre.errors import Overloaded
from philtre.serving.entry import Entry
from philtre.serving.statistics import Statistics


class Queue:
    """Bounded by rows, safe from any thread; adding and taking cost the same however much waits.

    Args:
        max_rows: most rows that wait. A request that finds nobody waiting is taken whatever its size.
        statistics: counts the requests that are refused.

    Attributes:
        rows: rows that wait.
    """

    def __init__(self, max_rows: int, statistics: Statistics) -> None:
        self.max_rows = max_rows
        self.rows = 0
        self._statistics = statistics
        self._lanes: OrderedDict[object, deque[Entry]] = OrderedDict()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def put(self, entry: Entry) -> None:
        """Add a request at the end of its lane.

        Raises:
            Overloaded: if there is no room for it.
        """
        with self._lock:
            if self._lanes and self.rows + entry.rows > self.max_rows:
                self._statistics.rejected += 1
                raise Overloaded(
                    "serving",
                    expected=f"at most {self.max_rows} rows that wait",
                    got=f"{entry.rows} more while {self.rows} wait",
                    hint="ask again in a moment, or with fewer rows",
                )
            self.rows += entry.rows
            self._lanes.setdefault(entry.key, deque()).append(entry)

    def take(self, limit: int) -> list[Entry]:
        """The next batch: the oldest requests of the lane whose turn it is, up to so many rows, or one that is larger.

        Requests that were cancelled are left out.
        """
        taken: list[Entry] = []
        rows = 0
        with self._lock:
            while self._lanes and not taken:
                key, lane = next(iter(self._lanes.items()))
                while lane and (not taken or rows + lane[0].rows <= limit):
                    entry = lane.popleft()
                    self.rows -= entry.rows
                    if not entry.cancelled():
                        taken.append(entry)
                        rows += entry.rows
                if lane:
                    self._lanes.move_to_end(key)
                else:
                    del self._lanes[key]
        return taken
