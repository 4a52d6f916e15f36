"""The costs of a trace with known sizes: arithmetic, bytes and parameters, equation by equation and in total."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from philtre.describe.flops import VIEWS, arithmetic
from philtre.describe.listing import Block, Step, Value, listing
from philtre.errors import SignatureError
from philtre.trace import BATCH, Traced

UNKNOWN = "loops of unknown length are counted once"
_TAKEN_IN_PART = frozenset({"dynamic_slice", "gather", "slice"})
_CHANGED_IN_PLACE = {"dynamic_update_slice": 1, "scatter": 2, "scatter-add": 2}


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


@dataclass(frozen=True)
class Row:
    """An equation of the table.

    Args:
        operation: such as "dot_general"; of a loop with its length, "scan x 100".
        output: dtypes and shapes of the results, such as "float32[1, 10]".
        cost: all turns of a loop, and the most expensive branch; parameters count where they are first read.
        source: the user's line.
    """

    operation: str
    output: str
    cost: Cost
    source: str


@dataclass(frozen=True)
class Table:
    """The equations of a program with their costs, each as if it ran alone; `str()` is a table to read.

    Args:
        rows: in the order of the equations.
    """

    rows: tuple[Row, ...]

    @property
    def total(self) -> Cost:
        """The sum of the rows."""
        return total(row.cost for row in self.rows)

    def __str__(self) -> str:
        rows = [_cells(row.operation, row.output, row.cost, row.source) for row in self.rows]
        return _aligned([_HEADER, *rows, _cells("total", "", self.total, UNKNOWN if self.total.unknown else "")])


def table(traced: Traced) -> Table:
    """Count what each equation of a trace takes.

    Args:
        traced: of concrete sizes.
    Raises:
        SignatureError: if a size is a symbol.
    """
    require_numbers(traced)
    seen: set[Value] = set()
    return Table(tuple(_row(step, seen) for step in listing(traced).steps))


def require_numbers(traced: Traced) -> None:
    """Refuse a trace with free sizes.

    Raises:
        SignatureError: if a size is a symbol.
    """
    free = {str(size or BATCH) for spec in traced.inputs.values() for size in spec.shape if not isinstance(size, int)}
    if free:
        raise SignatureError(
            "costs", expected="a trace of known sizes", got=f"free {sorted(free)}", hint="give each a number: batch=32"
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


def _row(step: Step, seen: set[Value]) -> Row:
    fresh = {value for value in step.arguments if value.kind == "parameter"} - seen
    seen |= fresh
    counted = cost(step) + Cost(parameters=sum(value.size for value in fresh))
    times = {"scan": f" x {step.equation.params.get('length')}", "while": " x ?"}.get(step.name, "")
    return Row(step.name + times, ", ".join(value.type for value in step.results), counted, step.source)


_HEADER = ("operation", "output", "parameters", "bytes", "flops", "transcendental", "line")


def _cells(operation: str, output: str, counted: Cost, source: str) -> tuple[str, ...]:
    figures = (counted.bytes, counted.flops, counted.transcendentals)
    return (operation, output, f"{counted.parameters:,}", *map(short, figures), source)


def short(number: float, unit: str = "") -> str:
    """Write a number in three digits, such as "1.23 M"; below a thousand as it is."""
    for power, letter in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if number >= 0.9995 * 10**power:
            return f"{number / 10**power:#.3g}".rstrip(".") + f" {letter}{unit}"
    return f"{number:.3g} {unit}".rstrip()


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Put words left and figures right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = (0, 1, len(_HEADER) - 1)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index in words else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
