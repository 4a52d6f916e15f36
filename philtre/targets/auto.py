"""The auto target: the candidates are measured on a sample, per batch size, and the fastest answers."""

import bisect
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from philtre import cache
from philtre.artifact import Options
from philtre.errors import Error, SignatureError
from philtre.executable import Executable, template
from philtre.fields import Array
from philtre.signature import Signature
from philtre.targets.buckets import probe
from philtre.trace import BATCH

BUCKETS = (1, 8, 64, 512)
SECONDS = 0.1
"""Time for one candidate at one batch size."""
_ROUNDS = 7
_OTHER_SIZES = 16
_HOPELESS = 5
"""Who takes so many times longer than the fastest at the first try is not tried again."""


@dataclass(frozen=True)
class Candidate:
    """One way to run a program.

    Args:
        name: such as "onnx, 1 thread".
        make: builds the executable.
        options: of onnxruntime, for the saved file; None where it is not the runtime.
    """

    name: str
    make: Callable[[], Executable]
    options: Options | None = None


class Report(msgspec.Struct, frozen=True):
    """What was measured.

    Args:
        batches: the batch sizes.
        times: seconds of one call, by candidate, one for each batch size.
        refused: why the others do not run it, by candidate.
    """

    batches: tuple[int, ...]
    times: dict[str, tuple[float, ...]]
    refused: dict[str, str] = {}

    def fastest(self, bucket: int) -> str:
        """Name of the candidate that is fastest in a bucket, by its index."""
        return min(self.times, key=lambda name: self.times[name][bucket])

    def __str__(self) -> str:
        best = [self.fastest(bucket) for bucket in range(len(self.batches))]
        rows = [("candidate", *(f"batch {batch}" for batch in self.batches))]
        for name, times in self.times.items():
            marks = ("*" if name == best[i] else " " for i in range(len(best)))
            rows.append((name, *(f"{each * 1e3:.3f} ms{mark}" for each, mark in zip(times, marks, strict=True))))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        refused = [f"{name}: {why}" for name, why in self.refused.items()]
        return "\n".join([*lines, *refused, "* the fastest, which answers"])


class AutoExecutable(Executable):
    """Answers each batch with what was fastest at the next larger batch size that was measured.

    Args:
        signature: the fields at the boundary.
        report: what was measured.
        chosen: the executable for each batch size of the report.
        options: the onnxruntime options that were fastest over all batch sizes.
    """

    def __init__(
        self, signature: Signature, report: Report, chosen: Sequence[Executable], options: Options | None
    ) -> None:
        self.signature = signature
        self.report = report
        self.options = options
        self._chosen = list(chosen)
        stated = [each.batch_sizes for each in self._chosen if each.batch_sizes]
        self.batch_sizes = stated[-1] if stated else None

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        n = self.signature.batch(arrays)
        if not n:
            return template(self.signature)
        bucket = bisect.bisect_left(self.report.batches, n)
        return self._chosen[min(bucket, len(self._chosen) - 1)].run(arrays)


def choose(
    candidates: Sequence[Candidate], signature: Signature, facts: Sequence[object], *, batches: Sequence[int] = BUCKETS
) -> AutoExecutable:
    """Measure candidates, or remember what was measured, and keep the fastest for each batch size.

    Args:
        candidates: the ways to run the program, the preferred one first.
        signature: the fields at the boundary.
        facts: what identifies the program; the choice is remembered for them on this machine, with these versions.
        batches: the batch sizes; without a batch axis there is one bucket.

    Raises:
        Error: of the first candidate, if none can run the program.
    """
    free = any(field.batched for field in signature.inputs.values())
    sizes = tuple(sorted(set(batches))) if free else (1,)
    name = f"auto-{cache.key(sizes, *(candidate.name for candidate in candidates), *facts)}.json"
    made: dict[str, Executable] = {}
    report = cache.read(name, Report)
    if report is None or not _fits(report, candidates, sizes):
        made, refused = _made(candidates)
        report = Report(sizes, _measured(made, signature, sizes), refused)
        cache.write(name, report)
    makers = {candidate.name: candidate.make for candidate in candidates}
    best = [report.fastest(bucket) for bucket in range(len(sizes))]
    ready = {each: made.get(each) or makers[each]() for each in dict.fromkeys(best)}
    return AutoExecutable(signature, report, [ready[each] for each in best], _options(candidates, report))


def _fits(report: Report, candidates: Sequence[Candidate], sizes: tuple[int, ...]) -> bool:
    """Whether a remembered report is one of these candidates."""
    known = {candidate.name for candidate in candidates}
    return report.batches == sizes and bool(report.times) and set(report.times) <= known and all(
        len(times) == len(sizes) for times in report.times.values()
    )  # fmt: skip


def _made(candidates: Sequence[Candidate]) -> tuple[dict[str, Executable], dict[str, str]]:
    made, refused, first = {}, {}, None
    for candidate in candidates:
        try:
            made[candidate.name] = candidate.make()
        except (Error, ImportError) as error:
            refused[candidate.name] = str(error)
            first = first or error
    if not made:
        raise first or SignatureError("auto", expected="candidates", got="none")
    return made, refused


def _measured(
    made: Mapping[str, Executable], signature: Signature, batches: Sequence[int]
) -> dict[str, tuple[float, ...]]:
    times: dict[str, list[float]] = {name: [] for name in made}
    for batch in batches:
        arrays = probe(signature, _sizes(signature, batch))
        for name, seconds in _seconds(made, arrays).items():
            times[name].append(seconds)
    return {name: tuple(found) for name, found in times.items()}


def _sizes(signature: Signature, batch: int) -> dict[str, int]:
    """The batch as asked, other symbols at a size that says something."""
    symbols = [size for field in signature.inputs.values() for size in field.wire_shape if isinstance(size, str)]
    return dict.fromkeys(symbols, _OTHER_SIZES) | {BATCH: batch}


def _seconds(made: Mapping[str, Executable], arrays: Mapping[str, Array]) -> dict[str, float]:
    """Median seconds of a call: rounds in shuffled order, each of as many calls as the time allows."""
    given = dict(arrays)
    once = {name: _once(each, given) for name, each in made.items()}
    hopeless = _HOPELESS * min(once.values())
    order = [name for name, seconds in once.items() if seconds <= hopeless]
    counts = {name: max(1, int(SECONDS / _ROUNDS / once[name])) for name in order}
    taken = {name: [seconds] if seconds > hopeless else [] for name, seconds in once.items()}
    for _ in range(_ROUNDS):
        random.shuffle(order)
        for name in order:
            started = time.perf_counter()
            for _ in range(counts[name]):
                made[name].run(given)
            taken[name].append((time.perf_counter() - started) / counts[name])
    return {name: statistics.median(found) for name, found in taken.items()}


def _once(executable: Executable, arrays: Mapping[str, Array]) -> float:
    """Seconds of the second call; the first one may compile."""
    executable.run(arrays)
    started = time.perf_counter()
    executable.run(arrays)
    return max(time.perf_counter() - started, 1e-6)


def _options(candidates: Sequence[Candidate], report: Report) -> Options | None:
    """The onnxruntime options with the least product of times over all batch sizes."""
    there = [candidate for candidate in candidates if candidate.options and candidate.name in report.times]
    if not there:
        return None
    return min(there, key=lambda each: statistics.geometric_mean(report.times[each.name])).options
