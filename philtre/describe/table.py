"""The costs of a trace, equation by equation and in total."""

from collections.abc import Sequence
from dataclasses import dataclass

from philtre.describe.costs import Cost, cost, total
from philtre.describe.listing import listing
from philtre.describe.sizes import require_numbers
from philtre.describe.step import Step, Value
from philtre.describe.words import UNKNOWN, short
from philtre.trace import Traced

_HEADER = ("operation", "output", "parameters", "bytes", "flops", "transcendental", "line")


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


def _row(step: Step, seen: set[Value]) -> Row:
    fresh = {value for value in step.arguments if value.kind == "parameter"} - seen
    seen |= fresh
    counted = cost(step) + Cost(parameters=sum(value.size for value in fresh))
    times = {"scan": f" x {step.equation.params.get('length')}", "while": " x ?"}.get(step.name, "")
    return Row(step.name + times, ", ".join(value.type for value in step.results), counted, step.source)


def _cells(operation: str, output: str, counted: Cost, source: str) -> tuple[str, ...]:
    figures = (counted.bytes, counted.flops, counted.transcendentals)
    return (operation, output, f"{counted.parameters:,}", *map(short, figures), source)


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
