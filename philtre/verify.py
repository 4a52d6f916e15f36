"""Verify: the same inputs on every target, and how far each answer is from XLA's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import numpy as np

from philtre.deviation import Deviation, allowed, deviation, distance
from philtre.errors import MissingPackage, SignatureError, UnsupportedError
from philtre.executable import bind
from philtre.fields import Array
from philtre.parting import REFERENCE, Parting, answers, first_parting
from philtre.program import Program
from philtre.targets.choice import RUNTIMES
from philtre.targets.numpy import interpret
from philtre.trace import Spec, trace


class Row(NamedTuple):
    """One output of one target."""

    target: str
    output: str
    deviation: Deviation
    agrees: bool
    """Whether every entry is as near as it should be: see `philtre.deviation.allowed`."""


@dataclass(frozen=True)
class Report:
    """What `verify` found; printed, it is a table.

    Args:
        program: name of the program.
        rows: one per target and output.
        refused: targets that cannot run the program, and why.
        partings: by target, where it departs; only with ``bisect=True``, only where an equation alone shows it.
    """

    program: str
    rows: tuple[Row, ...]
    refused: dict[str, UnsupportedError | MissingPackage] = field(default_factory=dict)
    partings: dict[str, Parting] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether all targets that run the program agree."""
        return all(row.agrees for row in self.rows)

    def __str__(self) -> str:
        head = ("target", "output", "absolute", "relative", "ulp", "worst place", "")
        lines = [head, *map(_line, self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
        ]
        table += [f"{target} refuses: {why}" for target, why in self.refused.items()]
        return "\n".join([f"program '{self.program}' against {REFERENCE}", *table, *map(_told, self.partings.items())])


def _line(row: Row) -> tuple[str, ...]:
    errors = row.deviation
    figures = (f"{errors.absolute:.1e}", f"{errors.relative:.1e}", f"{errors.ulp:.1f}", str(list(errors.place)))
    return (row.target, row.output, *figures, "agrees" if row.agrees else f"{errors.got!s} for {errors.wanted!s}")


def _told(entry: tuple[str, Parting]) -> str:
    target, parting = entry
    got, wanted = parting.deviation.got, parting.deviation.wanted
    return f"{target} parts at '{parting.operation}', {parting.source}: {got!s} for {wanted!s}"


def verify(
    program: Program,
    inputs: Mapping[str, Any] | Sequence[Any],
    *,
    targets: Sequence[str] | None = None,
    bisect: bool = False,
) -> Report:
    """Run a program on every target that can, and measure each answer against XLA's.

    Args:
        program: the program; undeclared inputs take their shapes and dtypes from `inputs`.
        inputs: wire arrays by name, or in order.
        targets: those to compare; all that are installed by default.
        bisect: also look for the first equation, and the user's line, where a target that disagrees parts from XLA.
    Returns:
        The errors by target and output; ``print`` shows a table.
    Raises:
        SignatureError: if the inputs do not fit.
    Example:
        >>> square = Program(lambda x: x * x)
        >>> report = verify(square, [np.float32([1, 2, 3])], targets=["onnx"])
        >>> report.agrees
        True
        >>> print(report)
        program 'lambda' against xla
        target  output  absolute  relative  ulp  worst place
        onnx    output  0.0e+00   0.0e+00   0.0  [0]          agrees
    """
    given = inputs if isinstance(inputs, Mapping) else bind(program.names, list(inputs), {})
    program = program.declare(*(np.asarray(given[name]) for name in program.names))
    signature = program.compile(REFERENCE).signature
    arrays = signature.check(dict(given))
    wanted, truth = answers(program, REFERENCE, arrays), _truth(program, arrays)
    rows: list[Row] = []
    refused: dict[str, UnsupportedError | MissingPackage] = {}
    partings: dict[str, Parting] = {}
    for target in [target for target in targets or RUNTIMES if target != REFERENCE]:
        try:
            got = answers(program, target, arrays)
        except (UnsupportedError, MissingPackage) as error:
            refused[target] = error
            continue
        rows += [_row(target, name, got[name], wanted[name], truth.get(name)) for name in signature.outputs]
        if bisect and not all(row.agrees for row in rows if row.target == target):
            parting = first_parting(program, target, arrays)
            partings |= {} if parting is None else {target: parting}
    return Report(program.name, tuple(rows), refused, partings)


def _row(target: str, name: str, got: Array, wanted: Array, truth: Array | None) -> Row:
    if (got.shape, got.dtype) != (wanted.shape, wanted.dtype):
        raise SignatureError(
            f"output '{name}' of target '{target}'",
            expected=f"{wanted.dtype}{list(wanted.shape)}",
            got=f"{got.dtype}{list(got.shape)}",
        )
    return Row(target, name, deviation(got, wanted), bool(np.all(distance(got, wanted) <= allowed(wanted, truth))))


def _truth(program: Program, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The floating-point outputs in float64; none where the program cannot be traced or run so."""
    fields = program.inputs or {}
    core = [_wide(field.to_core(arrays[name])) for name, field in fields.items()]
    specs = {name: Spec(array.shape, array.dtype) for name, array in zip(fields, core, strict=True)}
    weights = jax.tree.map(lambda leaf: _wide(np.asarray(leaf)), program.parameters)
    try:
        traced = trace(lambda *given: program.apply(*given, parameters=weights), specs, x64=True)
        answers = dict(zip(traced.outputs, interpret(traced.jaxpr, core, x64=True), strict=True))
    except (UnsupportedError, TypeError, ValueError):
        return {}
    return {name: answer for name, answer in answers.items() if answer.dtype == np.float64}


def _wide(array: Array) -> Array:
    return array.astype(np.float64) if array.dtype.kind == "f" else array
