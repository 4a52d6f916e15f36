"""A request in the queue, and how its answer finds the way back."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class ThreadEntry:
    """A request of a thread that blocks until the answer is there.

    Attributes:
        content: what is asked: wire arrays, or rows of a decoder.
        rows: its number of rows.
        key: requests with equal keys may share a batch.
        future: gets the one answer, or the error.
    """

    __slots__ = ("content", "future", "key", "rows")

    def __init__(self, content: Any, rows: int, key: object) -> None:
        self.content = content
        self.rows = rows
        self.key = key
        self.future: Future[Any] = Future()

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return False

    def answer(self, outputs: Any) -> None:
        """Deliver the answer, from any thread."""
        self.future.set_result(outputs)

    def fail(self, error: Exception) -> None:
        """Deliver an error, from any thread."""
        self.future.set_exception(error)


class TaskEntry:
    """A request of a task of an event loop; the loop is woken where the answer comes from another thread."""

    __slots__ = ("content", "future", "key", "loop", "rows", "thread")

    def __init__(self, content: Any, rows: int, key: object, loop: asyncio.AbstractEventLoop) -> None:
        self.content = content
        self.rows = rows
        self.key = key
        self.loop = loop
        self.thread = threading.get_ident()
        self.future: asyncio.Future[Any] = loop.create_future()

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self.future.cancelled()

    def answer(self, outputs: Any) -> None:
        """Deliver the answer, from any thread."""
        self._deliver(self.future.set_result, outputs)

    def fail(self, error: Exception) -> None:
        """Deliver an error, from any thread."""
        self._deliver(self.future.set_exception, error)

    def _deliver(self, setter: Callable[[Any], None], value: Any) -> None:
        """Set the future in its own thread; an answer for a loop that is closed is dropped."""
        if self.loop.is_closed():
            return
        if threading.get_ident() == self.thread:
            self._set(setter, value)
        else:
            with contextlib.suppress(RuntimeError):  # closed since the look above
                self.loop.call_soon_threadsafe(self._set, setter, value)

    def _set(self, setter: Callable[[Any], None], value: Any) -> None:
        if not self.future.done():
            setter(value)


Entry = ThreadEntry | TaskEntry
