"""Peak memory of kernels: a result lives from the kernel that writes it to the last one that reads it."""

from collections.abc import Iterable, Sequence

from philtre.describe.costs import nbytes
from philtre.describe.flops import elementwise
from philtre.describe.kernel import Kernel, kernels
from philtre.describe.step import Value


def peak(made: Sequence[Kernel], results: Iterable[Value]) -> int:
    """Count the bytes of intermediate results where most are live at once.

    Args:
        made: kernels in order.
        results: what lives to the end.
    """
    last = dict.fromkeys(results, len(made))
    for index in reversed(range(len(made))):
        kernel = made[index]
        end = max((last.get(value, 0) for value in kernel.root.results), default=0) if kernel.view else index
        for value in kernel.reads:
            last[value] = max(last.get(value, 0), end)
    live = highest = 0
    ends: dict[int, list[int]] = {}
    for index, kernel in enumerate(made):
        written = [] if kernel.view else kernel.root.results
        for value in written:
            ends.setdefault(last.get(value, index), []).append(nbytes(value))
        freed = ends.get(index, [])
        live += sum(map(nbytes, written))
        highest = max(highest, live + _inside(kernel) - _reused(kernel, freed))
        live -= sum(freed)
    return highest


def _reused(kernel: Kernel, freed: Sequence[int]) -> int:
    """Bytes of an argument that is read for the last time, where an elementwise result takes its place."""
    if not elementwise(kernel.root.name) or kernel.root.blocks:
        return 0
    return max((size for size in map(nbytes, kernel.root.results) if size in freed), default=0)


def _inside(kernel: Kernel) -> int:
    """Bytes that the blocks of a loop or a branch hold while it runs."""
    return max((peak(kernels(block.steps, block.results), block.results) for block in kernel.root.blocks), default=0)
