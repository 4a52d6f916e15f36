"""Greedy, work-conserving batching, inline or for callers from threads and event loops."""

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any

from philtre.errors import Overloaded, ServingError, WorkerDied
from philtre.executable import Executable, bind
from philtre.fields import Array
from philtre.serving.batch import Arrays, BatchRunner, cut, example, join
from philtre.serving.entry import Entry, TaskWaiter, ThreadWaiter, Waiter
from philtre.serving.function import FunctionExecutable
from philtre.serving.statistics import Statistics
from philtre.serving.times import RunTimes
from philtre.signature import Rows, Signature

INLINE_SECONDS = 1e-3
"""A run shorter than this stays on the event loop: handing it to a thread would cost more."""
_ROWS = "rows"


class Serving:
    """Joins the requests of many callers into batches.

    There is no wait window and no runner of its own: a caller that finds the runner free takes everything that is
    queued, so a lone request waits for nothing and batches grow by themselves under load. Callers that find it busy
    leave their request in the queue, where the next run takes it.

    Args:
        model: anything with ``__executable__()``, the path of an ONNX file, or a function of arrays whose axis 0 is
            the batch.
        signature: the fields of a function; by default tensors as its first call shows them.
        max_batch: most rows of one run.
        max_queue: most rows that wait; more are refused.

    Raises:
        ArtifactError: if the file cannot be loaded.
        ServingError: if the model is none of these.

    Example:
        >>> import numpy as np
        >>> with Serving(lambda x: 2 * x) as serving:
        ...     serving(np.float32([1, 2]))
        array([2., 4.], dtype=float32)
    """

    def __init__(
        self,
        model: Any,
        *,
        signature: Signature | None = None,
        max_batch: int = 64,
        max_queue: int = 4096,
    ) -> None:
        self.executable = as_executable(model, signature)
        self.max_batch = max_batch
        self.max_queue = max_queue
        self.statistics = Statistics()
        self.queued = 0
        self._queue: deque[Entry] = deque()
        self._lock = threading.Lock()
        self._runner = threading.Lock()
        self._awaking: set[asyncio.AbstractEventLoop] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._times = RunTimes()
        self._closed = False

    @property
    def signature(self) -> Signature:
        """The fields of the model."""
        return self.executable.signature

    def __executable__(self) -> Executable:
        return self.executable

    def __enter__(self) -> "Serving":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Answer what is queued, then refuse what comes."""
        with self._lock:
            self._closed = True
        while self._queue or self._runner.locked():
            self._drain()
            with self._runner:
                pass
        if self._threads is not None:
            self._threads.shutdown()

    def run(self, arrays: Mapping[str, Array]) -> Arrays:
        """Run encoded arrays now, in this thread, without the queue."""
        return self._execute(dict(arrays), self.signature.batch(arrays))

    @cached_property
    def _runs(self) -> BatchRunner:
        return BatchRunner(self.executable, self.max_batch)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run arrays in one batch with other callers' requests; blocks until they are answered.

        Returns:
            The array of the one output, or a dict of arrays by name.

        Raises:
            SignatureError: if the arrays do not fit; it harms no other request.
            Overloaded: if the queue is full.
        """
        if isinstance(self.executable, FunctionExecutable):
            self.executable.declare(bind(self.executable.names, args, kwargs))
        arrays = self.signature.check(bind(tuple(self.signature.inputs), args, kwargs))
        waiter = ThreadWaiter()
        self._push(arrays, self.signature.batch(arrays), self._runs.key(arrays), waiter)
        self._drain(until=waiter.future)
        outputs = waiter.future.result()
        return next(iter(outputs.values())) if len(outputs) == 1 else outputs

    async def submit(self, arrays: Arrays) -> Arrays:
        """Run encoded arrays in one batch with other callers' requests.

        Args:
            arrays: what `Signature.encode`, `read` or `check` gave.

        Returns:
            The wire arrays of the outputs.

        Raises:
            Overloaded: if the queue is full.
        """
        outputs: Arrays = await self._enqueue(arrays, self.signature.batch(arrays), self._runs.key(arrays))
        return outputs

    async def answer(self, rows: Rows) -> list[dict[str, Any]]:
        """Answer rows in one batch with other callers' rows: encoded once, decoded once.

        Args:
            rows: of what `Signature.read` gave.

        Returns:
            One dict a row.

        Raises:
            Overloaded: if the queue is full.
        """
        if rows.typed is None or not self._runs.batched:
            return self.signature.decode(await self.submit(rows.pack()))
        answers: list[dict[str, Any]] = await self._enqueue(rows.typed, rows.n, _ROWS)
        return answers

    def _enqueue(self, content: Any, rows: int, key: object) -> "asyncio.Future[Any]":
        loop = asyncio.get_running_loop()
        waiter = TaskWaiter(loop)
        self._push(content, rows, key, waiter)
        self._call_soon(loop)
        return waiter.future

    def warm(self) -> None:
        """Run made-up rows of the sizes that will occur, so that the first requests find the model ready."""
        sizes = (self._runs.sizes or (1, min(32, self._runs.limit))) if self._runs.batched else (1,)
        for size in sizes:
            arrays = example(self.signature, size)
            self._runs.run(arrays, size)
            began = time.perf_counter()
            self._runs.run(arrays, size)
            self._times.note(size, time.perf_counter() - began)

    def _push(self, content: Any, rows: int, key: object, waiter: Waiter) -> None:
        entry = Entry(content, rows, waiter, key)
        with self._lock:
            if self._closed:
                raise ServingError("serving", expected="requests while it is open", got="one after it was closed")
            if self.queued and self.queued + rows > self.max_queue:
                self.statistics.rejected += 1
                raise Overloaded("serving", expected=f"at most {self.max_queue} rows that wait", got=f"{rows} more")
            self.queued += rows
            self._queue.append(entry)

    def _call_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop not in self._awaking:
            self._awaking.add(loop)
            loop.call_soon(self._awake, loop)

    def _awake(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run what one turn of the event loop has queued: one batch, so that the loop is never held for long."""
        self._awaking.discard(loop)
        if self._times.expected(min(self.queued, self._runs.limit)) >= INLINE_SECONDS:
            if not self._runner.locked():
                self._hand_over()
        elif self._runner.acquire(blocking=False):
            try:
                if entries := self._take():
                    self._answer(entries)
            finally:
                self._runner.release()
            if self._queue:
                self._call_soon(loop)

    def _drain(self, until: "Future[Any] | None" = None) -> None:
        """Become the runner, if nobody is, until the queue is empty or one's own request is answered.

        A runner always looks at the queue again after it has let go: who found it busy relies on that.
        """
        while self._queue and self._runner.acquire(blocking=False):
            try:
                while not (until and until.done()) and (entries := self._take()):
                    self._answer(entries)
            finally:
                self._runner.release()
            if until and until.done():
                if self._queue:
                    self._hand_over()
                return

    def _hand_over(self) -> None:
        """Let a thread of the serving be the runner; once it is closed, whoever comes by."""
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="philtre-serving")
            closed = self._closed
            if not closed:
                self._threads.submit(self._drain)
        if closed:
            self._drain()

    def _take(self) -> list[Entry]:
        """The next batch: the oldest request, and those behind it that fit into one run with it."""
        limit = self._runs.limit
        with self._lock:
            taken: list[Entry] = []
            left: list[Entry] = []
            rows = 0
            while self._queue and rows < limit:
                entry = self._queue.popleft()
                if entry.waiter.cancelled():
                    self.queued -= entry.rows
                elif not taken or (entry.key == taken[0].key and rows + entry.rows <= limit):
                    taken.append(entry)
                    rows += entry.rows
                    self.queued -= entry.rows
                else:
                    left.append(entry)
                    if entry.key == taken[0].key or not self._runs.batched:
                        break
            self._queue.extendleft(reversed(left))
        return taken

    def _answer(self, entries: list[Entry]) -> None:
        """Run requests as one batch; if that fails, each alone, so that only the guilty ones fail."""
        try:
            answers = self._answer_rows(entries) if entries[0].key is _ROWS else self._answer_arrays(entries)
        except Exception as error:
            if len(entries) == 1:
                self._count(entries, failures=1)
                entries[0].waiter.fail(error)
                return
            for entry in entries:
                self._answer([entry])
            return
        except BaseException:
            for entry in entries:
                entry.waiter.fail(WorkerDied("serving", expected="the batch to end", got="an interrupt"))
            raise
        self._count(entries)
        for entry, answer in zip(entries, answers, strict=True):
            entry.waiter.answer(answer)

    def _answer_arrays(self, entries: list[Entry]) -> list[Any]:
        if len(entries) == 1:
            return [self._execute(entries[0].content, entries[0].rows)]
        rows = [entry.rows for entry in entries]
        return cut(self._execute(join([entry.content for entry in entries]), sum(rows)), rows)

    def _answer_rows(self, entries: list[Entry]) -> list[Any]:
        typed = [row for entry in entries for row in entry.content]
        decoded = iter(self.signature.decode(self._execute(self.signature.pack(typed), len(typed))))
        return [list(islice(decoded, entry.rows)) for entry in entries]

    def _execute(self, arrays: Arrays, rows: int) -> Arrays:
        began = time.perf_counter()
        outputs = self._runs.run(arrays, rows)
        seconds = time.perf_counter() - began
        self._times.note(rows, seconds)
        self.statistics.seconds += seconds
        self.statistics.batches += 1
        return outputs

    def _count(self, entries: list[Entry], failures: int = 0) -> None:
        self.statistics.requests += len(entries)
        self.statistics.rows += sum(entry.rows for entry in entries)
        self.statistics.failures += failures


def as_executable(model: Any, signature: Signature | None = None) -> Executable:
    """Make an Executable of what can be served.

    Raises:
        ArtifactError: if a file cannot be loaded.
        ServingError: if the model is neither an Executable, nor a path, nor a function.
    """
    if hasattr(model, "__executable__"):
        executable: Executable = model.__executable__()
        return executable
    if isinstance(model, str | os.PathLike):
        from philtre.runtime import load

        return load(model)
    if callable(model):
        return FunctionExecutable(model, signature)
    raise ServingError("serving", expected="a program, an ONNX file or a function", got=f"a {type(model).__name__}")
