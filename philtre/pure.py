"""A program is a pure function: what its Python code prints, or reads from a clock, would be lost in a trace."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO


class _Watch:
    """Standard output that remembers where one thread wrote, and lets all through."""

    def __init__(self, stream: TextIO, place: Callable[[FrameType], str]) -> None:
        self.stream = stream
        self.thread = threading.get_ident()
        self.place = place
        self.places: list[str] = []

    def write(self, text: str) -> int:
        if threading.get_ident() == self.thread:
            self.places.append(self.place(sys._getframe(1)))
        return self.stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def watched(place: Callable[[FrameType], str]) -> Iterator[list[str]]:
    """Watch what this thread prints meanwhile.

    Args:
        place: from the frame that prints to the user's line.

    Returns:
        The list that the lines are added to.
    """
    before = sys.stdout
    watch = _Watch(before, place)
    sys.stdout = watch
    try:
        yield watch.places
    finally:
        if sys.stdout is watch:
            sys.stdout = before
