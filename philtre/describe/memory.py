"""Peak memory of kernels: a result lives from the kernel that writes it to the last one that reads it."""

from collections.abc import Iterable, Sequence

from philtre.describe.costs import nbytes
from philtre.describe.kernel import Kernel, kernels
from philtre.describe.listing import Value


def peak(made: Sequence[Kernel], results: Iterable[Value]) -> int:
    """Bytes of intermediate results where most are live at once.

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
    ends: dict[int, int] = {}
    for index, kernel in enumerate(made):
        for value in () if kernel.view else kernel.root.results:
            live += nbytes(value)
            end = last.get(value, index)
            ends[end] = ends.get(end, 0) + nbytes(value)
        highest = max(highest, live + _inside(kernel))
        live -= ends.get(index, 0)
    return highest


def _inside(kernel: Kernel) -> int:
    """Bytes that the blocks of a loop or a branch hold while it runs."""
    return max((peak(kernels(block.steps, block.results), block.results) for block in kernel.root.blocks), default=0)
