"""The kernels that a compiler makes of equations: elementwise ones are fused into what reads them, as XLA does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from philtre.describe.costs import nbytes, read_by, written_by
from philtre.describe.flops import REDUCTIONS, TRANSCENDENTAL, VIEWS, elementwise
from philtre.describe.step import Step, Value

_COSTLY = TRANSCENDENTAL | {"div", "rem"}


@dataclass(frozen=True)
class Kernel:
    """One pass over memory.

    Args:
        root: the step whose results are written.
        steps: what is computed on the way, the root among them.
        reads: the arrays that are read.
        read: bytes that are read.
        written: bytes that are written.
    """

    root: Step
    steps: tuple[Step, ...]
    reads: frozenset[Value]
    read: int
    written: int

    @property
    def view(self) -> bool:
        """Whether it only says how an array is read, and moves nothing."""
        return all(step.name in VIEWS for step in self.steps)


def kernels(steps: Sequence[Step], results: Iterable[Value]) -> list[Kernel]:
    """Cut steps into kernels, in order; steps that nothing needs have none.

    A step writes its results to memory if it is not elementwise, if something other than an elementwise step or a
    reduction reads them, or if they are costly and read twice. All others are computed again wherever they are read.

    Args:
        steps: with the bodies of operations in place of them.
        results: what is read afterwards.
    """
    plan = _Plan(steps, frozenset(results))
    made: list[Kernel] = []
    needed = set(plan.results)
    for step in reversed(steps):
        if step in plan.stored and not needed.isdisjoint(step.results):
            made.append(plan.kernel(step))
            needed |= made[-1].reads
    return made[::-1]


class _Plan:
    """Which steps write their results to memory."""

    def __init__(self, steps: Sequence[Step], results: frozenset[Value]) -> None:
        self.results = results
        self.makers = {value: step for step in steps for value in step.results}
        self.readers: dict[Value, list[Step]] = {}
        for step in steps:
            for value in set(step.arguments):
                self.readers.setdefault(value, []).append(step)
        self.stored: set[Step] = set()
        self.costly: set[Step] = set()
        for step in steps:
            self._decide(step)

    def _decide(self, step: Step) -> None:
        readers = [reader for value in step.results for reader in self.readers.get(value, ())]
        before = {self.makers[value] for value in step.arguments if value in self.makers} - self.stored
        costly = step.name in _COSTLY or not before.isdisjoint(self.costly)
        if (
            not _fusible(step)
            or not self.results.isdisjoint(step.results)
            or not all(map(_absorbs, readers))
            or (costly and len(readers) > 1)
        ):
            self.stored.add(step)
        elif costly:
            self.costly.add(step)

    def kernel(self, root: Step) -> Kernel:
        """Take with a step what is not stored before it."""
        taken = {root}
        bytes_of: dict[Value, int] = {}
        queue = [root]
        for step in queue:
            for value in dict.fromkeys(step.arguments):
                maker = self.makers.get(value)
                if maker is None or maker in self.stored:
                    read = nbytes(value) if step.name in VIEWS else read_by(step, value)
                    bytes_of[value] = max(bytes_of.get(value, 0), read)
                elif maker not in taken:
                    taken.add(maker)
                    queue.append(maker)
        written = sum(map(nbytes, root.results)) if root.name in VIEWS else written_by(root)
        return Kernel(root, tuple(queue), frozenset(bytes_of), sum(bytes_of.values()), written)


def _fusible(step: Step) -> bool:
    return not step.blocks and elementwise(step.name)


def _absorbs(step: Step) -> bool:
    return _fusible(step) or step.name in REDUCTIONS
