"""A request in the queue, and how its answer finds the way back."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Any, Protocol


class Waiter(Protocol):
    """Takes the one answer of a request, or its error, from any thread."""

    def cancelled(self) -> bool:
        """Whether nobody waits any more."""

    def answer(self, outputs: Any) -> None:
        """Deliver the outputs."""

    def fail(self, error: Exception) -> None:
        """Deliver an error."""


class ThreadWaiter:
    """A thread that blocks until the answer is there."""

    def __init__(self) -> None:
        self.future: Future[Any] = Future()

    def cancelled(self) -> bool:
        return False

    def answer(self, outputs: Any) -> None:
        self.future.set_result(outputs)

    def fail(self, error: Exception) -> None:
        self.future.set_exception(error)


class TaskWaiter:
    """A task of an event loop; the loop is woken where the answer comes from another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.thread = threading.get_ident()
        self.future: asyncio.Future[Any] = loop.create_future()

    def cancelled(self) -> bool:
        return self.future.cancelled()

    def answer(self, outputs: Any) -> None:
        self._deliver(outputs, None)

    def fail(self, error: Exception) -> None:
        self._deliver(None, error)

    def _deliver(self, outputs: Any, error: Exception | None) -> None:
        if threading.get_ident() == self.thread:
            self._set(outputs, error)
        elif not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._set, outputs, error)

    def _set(self, outputs: Any, error: Exception | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(outputs)
        else:
            self.future.set_exception(error)


class Entry:
    """A queued request.

    Attributes:
        content: what is asked: wire arrays, or rows of a decoder.
        rows: its number of rows.
        waiter: who waits.
        key: requests with equal keys may share a batch.
    """

    __slots__ = ("content", "key", "rows", "waiter")

    def __init__(self, content: Any, rows: int, waiter: Waiter, key: object) -> None:
        self.content = content
        self.rows = rows
        self.waiter = waiter
        self.key = key
