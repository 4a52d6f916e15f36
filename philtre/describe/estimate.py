"""An estimate: seconds and bytes of a program before it runs, from its costs and the rates of the machine."""

import math
from dataclasses import dataclass

import numpy as np

from philtre.describe.costs import nbytes
from philtre.describe.flops import (
    CUMULATIVE,
    PLACING,
    REDUCTIONS,
    SCATTERS,
    VECTORISED,
    WINDOWS,
    WORD_FLOPS,
    arithmetic,
)
from philtre.describe.kernel import Kernel, kernels
from philtre.describe.listing import listing
from philtre.describe.measure import Points, Rates
from philtre.describe.memory import peak
from philtre.describe.rates import rates
from philtre.describe.sizes import require_numbers
from philtre.describe.step import Block, Step
from philtre.describe.words import UNKNOWN, short
from philtre.trace import Traced


@dataclass(frozen=True)
class Estimate:
    """What one call on XLA will take on this machine.

    Args:
        seconds: from NumPy arrays to NumPy arrays, once compiled.
        bytes: peak memory of inputs, parameters, constants, and what is live in between.
        unknown: whether a loop of unknown length is in it, counted once.
    """

    seconds: float
    bytes: int
    unknown: bool

    def __str__(self) -> str:
        note = f"; {UNKNOWN}" if self.unknown else ""
        return f"{_clock(self.seconds)}, {short(self.bytes, 'B')}{note}"


def estimate(traced: Traced, machine: Rates | None = None) -> Estimate:
    """Foresee the time and the memory of a call.

    A kernel takes as long as its arithmetic or its memory traffic, whichever is longer (the roofline model), and a
    fixed time to start. Elementwise steps are part of the kernel that reads them, as in XLA.

    Args:
        traced: of concrete sizes.
        machine: its rates; this one's by default, measured at the first use.
    Raises:
        SignatureError: if a size is a symbol.
    Reference: Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", 2009.
    """
    require_numbers(traced)
    machine = machine or rates()
    listed = listing(traced, expand=True)
    inputs = [nbytes(value) for value in listed.inputs]
    clock = _Clock(machine)
    made = kernels(listed.steps, listed.outputs.values())
    arguments = sum(size * _at(machine.argument, size) for size in inputs)
    seconds = machine.call + arguments + sum(map(clock.kernel, made))
    closed_over = sum(math.prod(array.shape) * array.dtype.itemsize for array in traced.jaxpr.consts)
    fixed = sum(inputs) + sum(map(nbytes, listed.parameters)) + closed_over
    return Estimate(seconds, fixed + peak(made, listed.outputs.values()), _unknown(listed.steps))


class _Clock:
    """Seconds of kernels at the rates of a machine."""

    def __init__(self, machine: Rates) -> None:
        self.machine = machine
        self.own = {
            "conv_general_dilated": machine.convolution,
            "random_bits": machine.library / WORD_FLOPS,
            "select_and_scatter_add": machine.window,
            **dict.fromkeys(("argmax", "argmin"), machine.search),
            **dict.fromkeys(("sort", "top_k"), machine.comparison),
            **dict.fromkeys(CUMULATIVE, machine.library),
            **dict.fromkeys(WINDOWS, machine.window),
            **dict.fromkeys(SCATTERS, machine.update),
        }

    def kernel(self, kernel: Kernel) -> float:
        """A loop is its turns, a branch its longest block."""
        if kernel.view:
            return 0.0
        root = kernel.root
        if root.name == "scan":
            moved = len(root.blocks[0].each) + len(root.results) - len(root.blocks[0].carried)
            turn = self.machine.turn + moved * self.machine.kernel + self.block(root.blocks[0])
            return int(root.equation.params["length"]) * turn
        if root.name == "while":
            return self.machine.turn + sum(map(self.block, root.blocks))
        if root.name == "cond":
            return self.machine.turn + max(map(self.block, root.blocks))
        if root.name == "dot_general":
            return self.machine.kernel + self.product(kernel)
        moved = kernel.read + kernel.written
        return self.machine.kernel + max(
            moved * _at(self.machine.traffic, moved), sum(map(self.arithmetic, kernel.steps))
        )

    def block(self, block: Block) -> float:
        """Time one turn."""
        return sum(map(self.kernel, kernels(block.steps, block.results)))

    def product(self, kernel: Kernel) -> float:
        """A batch of matrix products, each at the rate of its size; or reading the matrices."""
        equation = kernel.root.equation
        batch = equation.params["dimension_numbers"][1][0]
        count = math.prod(kernel.root.arguments[0].shape[axis] for axis in batch)
        flops = arithmetic(equation).flops
        moved = kernel.read + kernel.written
        return max(flops * _at(self.machine.product, flops / max(count, 1)), moved * self.machine.stream)

    def arithmetic(self, step: Step) -> float:
        """Time what a step computes, its arrays at hand."""
        counted = arithmetic(step.equation)
        rate = self.own.get(step.name, self.machine.flop)
        if step.name in REDUCTIONS and step.name not in self.own and _along_rows(step):
            rate = self.machine.reduction
        value = self.machine.transcendental if step.name in VECTORISED else self.machine.library
        return counted.flops * rate + counted.transcendentals * value + self.placing(step)

    def placing(self, step: Step) -> float:
        """Time what a step puts elsewhere; slices that are looked up one by one cost as much as updates."""
        if step.name not in PLACING:
            return 0.0
        made = step.results[0].size
        slices = made / math.prod(step.equation.params["slice_sizes"]) if step.name == "gather" else 0
        return made * self.machine.place + slices * self.machine.update


def _along_rows(step: Step) -> bool:
    """Whether the last axis is reduced, whose entries are added one after the other."""
    axes = step.equation.params.get("axes", (step.equation.params.get("axis"),))
    return len(step.arguments[0].shape) - 1 in axes


def _at(points: Points, where: float) -> float:
    """Read a rate between the points where it was measured; beyond them it is that of the last."""
    positions, values = np.log(np.array(points)).T
    return float(np.exp(np.interp(math.log(max(where, 1)), positions, values)))


def _unknown(steps: tuple[Step, ...]) -> bool:
    return any(step.name == "while" or any(_unknown(block.steps) for block in step.blocks) for step in steps)


def _clock(seconds: float) -> str:
    for power, unit in ((0, "s"), (3, "ms")):
        if seconds >= 0.9995 / 10**power:
            return f"{seconds * 10**power:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"
