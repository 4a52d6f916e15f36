"""Greedy, work-conserving batching, inline or for callers from threads and event loops."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from types import TracebackType
from typing import Any

from philtre.errors import ServingError, WorkerDied
from philtre.executable import Executable, bind
from philtre.fields import Array
from philtre.serving.batch import Arrays, BatchRunner, cut, example, join
from philtre.serving.entry import Entry, TaskEntry, ThreadEntry
from philtre.serving.function import FunctionExecutable
from philtre.serving.queue import Queue
from philtre.serving.statistics import Statistics
from philtre.serving.times import RunTimes
from philtre.signature import Rows, Signature

INLINE_SECONDS = 1e-3
"""A run shorter than this stays on the event loop: handing it to a thread would cost more."""
MORE_TURNS = 2
"""Turns of an event loop that a queue which is growing waits for what is still being read."""
TURN_SECONDS = 8e-3
"""Runs take an event loop no longer than this in one turn; a thread does the rest."""
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
        max_queue: most rows that wait; more are refused. A request that finds nobody waiting may be larger.

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
        self.statistics = Statistics()
        self._queue = Queue(max_queue, self.statistics)
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

    @property
    def queued(self) -> int:
        """Rows that wait."""
        return self._queue.rows

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
        """Run encoded arrays now, in this thread, without the queue; statistics do not count it."""
        self._declare(arrays)
        return self._runs.run(arrays, self.signature.batch(arrays))

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
            self._declare(bind(self.executable.names, args, kwargs))
        arrays = self.signature.check(bind(tuple(self.signature.inputs), args, kwargs))
        entry = ThreadEntry(arrays, self.signature.batch(arrays), self._runs.key(arrays))
        self._push(entry)
        try:
            while not entry.future.done() and self._step():
                pass
        finally:
            self._pass_on()
        outputs = entry.future.result()
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
        self._declare(arrays)
        outputs: Arrays = await self._enqueue(arrays, self.signature.batch(arrays), self._runs.key(arrays))
        return outputs

    def answer(self, rows: Rows) -> Awaitable[list[dict[str, Any]]]:
        """Answer rows in one batch with other callers' rows: encoded once, decoded once.

        Args:
            rows: of what `Signature.read` gave.

        Returns:
            To be awaited: one dict a row.

        Raises:
            Overloaded: if the queue is full.
        """
        if rows.typed is None or not self._runs.batched:
            return self._answer_packed(rows)
        return self._enqueue(rows.typed, rows.n, _ROWS)

    async def _answer_packed(self, rows: Rows) -> list[dict[str, Any]]:
        return self.signature.decode(await self.submit(rows.pack()))

    def _enqueue(self, content: Any, rows: int, key: object) -> "asyncio.Future[Any]":
        loop = asyncio.get_running_loop()
        entry = TaskEntry(content, rows, key, loop)
        self._push(entry)
        if loop not in self._awaking:
            self._awaking.add(loop)
            loop.call_soon(self._awake, loop, self._queue.rows)
        return entry.future

    def warm(self) -> None:
        """Run made-up rows of the sizes that will occur, so that the first requests find the model ready."""
        sizes = (self._runs.sizes or (1, min(32, self._runs.limit))) if self._runs.batched else (1,)
        try:
            with self._runner:
                for size in sizes:
                    self._warm(example(self.signature, size), size)
        finally:
            self._pass_on()

    def _warm(self, arrays: Arrays, rows: int) -> None:
        self._runs.run(arrays, rows)
        began = time.perf_counter()
        self._runs.run(arrays, rows)
        self._times.note(rows, time.perf_counter() - began)

    def _declare(self, arrays: Mapping[str, Any]) -> None:
        if isinstance(self.executable, FunctionExecutable):
            self.executable.declare(arrays)

    def _push(self, entry: Entry) -> None:
        if self._closed:
            raise ServingError("serving", expected="requests while it is open", got="one after it was closed")
        self._queue.put(entry)

    def _awake(self, loop: asyncio.AbstractEventLoop, seen: int, turns: int = MORE_TURNS) -> None:
        """Run what the event loop has queued; a thread does what would hold the loop.

        While the queue grows, the loop is reading requests of the same moment. It gets a turn or two more for them:
        a request takes several turns from the socket to the queue, so that otherwise those that are under way together
        would run in as many batches.
        """
        rows = self._queue.rows
        if turns and seen < rows < self._runs.limit:
            loop.call_soon(self._awake, loop, rows, turns - 1)
            return
        self._awaking.discard(loop)
        if self._is_short(self._queue.rows):
            end = time.perf_counter() + TURN_SECONDS
            while self._step() and time.perf_counter() < end:
                pass
        self._pass_on()

    def _is_short(self, rows: int) -> bool:
        expected, limit = self._times.expected, self._runs.limit
        return expected(min(rows, limit)) < INLINE_SECONDS and (rows <= limit or expected(rows) < TURN_SECONDS)

    def _step(self) -> bool:
        """Run one batch; false if nothing waits, or somebody else is the runner.

        Whoever was the runner looks at the queue again, by `_step` or `_pass_on`: who found it busy relies on that.
        """
        if not self._queue or not self._runner.acquire(blocking=False):
            return False
        try:
            if entries := self._queue.take(self._runs.limit):
                self._answer(entries)
        finally:
            self._runner.release()
        return True

    def _drain(self) -> None:
        try:
            while self._step():
                pass
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        """Leave what still waits to a thread of the serving, so that nobody works on for others, and nobody is lost."""
        if not self._queue or self._runner.locked():
            return
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(1, thread_name_prefix="philtre-serving")
            if not self._closed:
                self._threads.submit(self._drain)
                return
        self._drain()

    def _answer(self, entries: list[Entry]) -> None:
        """Run requests as one batch; if that fails, each alone, so that only the guilty ones fail."""
        try:
            answers = self._answer_rows(entries) if entries[0].key is _ROWS else self._answer_arrays(entries)
        except Exception as error:
            if len(entries) == 1:
                self._count(entries, failures=1)
                entries[0].fail(error)
                return
            for entry in entries:
                self._answer([entry])
            return
        except BaseException:
            for entry in entries:
                entry.fail(WorkerDied("serving", expected="the batch to end", got="an interrupt"))
            raise
        self._count(entries)
        for entry, answer in zip(entries, answers, strict=True):
            entry.answer(answer)

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
