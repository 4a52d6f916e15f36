"""The costs of a step: arithmetic, bytes and parameters, through loops, branches and operations."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from philtre.describe.flops import SCATTERS, VIEWS, arithmetic
from philtre.describe.step import Block, Step, Value

_TAKEN_IN_PART = frozenset({"dynamic_slice", "gather", "slice"})
_CHANGED_IN_PLACE = {"dynamic_update_slice": 1, **dict.fromkeys(SCATTERS, 2)}


@dataclass(frozen=True)
class Cost:
    """What something takes; costs add, and a loop multiplies them.

    Args:
        flops: operations on numbers; a multiplication and an addition are two.
        transcendentals: values of functions such as exp or sqrt; they are not among the flops.
        read: bytes.
        written: bytes.
        parameters: entries of weights.
        unknown: whether a loop of unknown length is in it, counted once.
    """

    flops: int = 0
    transcendentals: int = 0
    read: int = 0
    written: int = 0
    parameters: int = 0
    unknown: bool = False

    @property
    def bytes(self) -> int:
        """Bytes read and written."""
        return self.read + self.written

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.flops + other.flops,
            self.transcendentals + other.transcendentals,
            self.read + other.read,
            self.written + other.written,
            self.parameters + other.parameters,
            self.unknown or other.unknown,
        )

    def __mul__(self, times: int) -> "Cost":
        return Cost(
            self.flops * times,
            self.transcendentals * times,
            self.read * times,
            self.written * times,
            self.parameters,
            self.unknown,
        )


def total(costs: Iterable[Cost]) -> Cost:
    """Add costs."""
    return reduce(Cost.__add__, costs, Cost())


def cost(step: Step) -> Cost:
    """Count what a step takes, all turns of a loop and the most expensive branch."""
    if step.name == "scan":
        return _steps(step.blocks[0]) * int(step.equation.params["length"])
    if step.name == "while":
        return total(map(_steps, step.blocks)) + Cost(unknown=True)
    if step.name == "cond":
        return max(map(_steps, step.blocks), key=lambda branch: (branch.flops + branch.transcendentals, branch.bytes))
    read = sum(read_by(step, value) for value in dict.fromkeys(step.arguments))
    written = written_by(step)
    if step.body is not None:
        inside = _steps(step.body)
        return Cost(inside.flops, inside.transcendentals, read, written, unknown=inside.unknown)
    counted = arithmetic(step.equation)
    return Cost(counted.flops, counted.transcendentals, read, written)


def read_by(step: Step, value: Value) -> int:
    """Count the bytes of an argument that a step reads: of a slice what it takes, of what it updates nothing."""
    name, first = step.equation.primitive.name, value is step.arguments[0]
    if name in VIEWS or (value.kind == "constant" and not value.shape) or (first and name in _CHANGED_IN_PLACE):
        return 0
    return written_by(step) if first and name in _TAKEN_IN_PART else nbytes(value)


def written_by(step: Step) -> int:
    """Count the bytes that a step writes: of an update what it changes."""
    name = step.equation.primitive.name
    if name in VIEWS:
        return 0
    changed = _CHANGED_IN_PLACE.get(name)
    return sum(map(nbytes, step.results)) if changed is None else nbytes(step.arguments[changed])


def nbytes(value: Value) -> int:
    """Bytes of an array."""
    return value.size * int(value.dtype.itemsize)


def _steps(block: Block) -> Cost:
    return total(map(cost, block.steps))
