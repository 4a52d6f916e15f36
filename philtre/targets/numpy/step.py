"""Steps: every equation of a program with its values and the line that made it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from philtre.fields import Array
from philtre.targets.numpy.table import name_of
from philtre.targets.numpy.walk import walk
from philtre.trace import Equation, Traced, source_line


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One equation, computed.

    Args:
        operation: name of the primitive, or of the operation of `ops`.
        inputs: what went in.
        outputs: what came out.
        source: the user's line, as ``"file.py:12 (function)"``; empty when nothing is known.
    """

    operation: str
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]
    source: str

    def __repr__(self) -> str:
        made = ", ".join(f"{array.dtype.name}[{','.join(map(str, array.shape))}]" for array in self.outputs)
        return " ".join(part for part in (self.operation, made, self.source) if part)


def steps(traced: Traced, arrays: Sequence[Any]) -> Generator[Step, None, list[Array]]:
    """Run a trace one equation at a time.

    Calls are inlined and loops unrolled: the equations of a loop come each time round, the loop itself after
    them, with its results.

    Args:
        traced: the equations, at concrete sizes.
        arrays: one per parameter and input, in order.
    Returns:
        One array per result, as the generator's return value.
    Raises:
        UnsupportedError: if there is no rule for an equation; it names the user's line.
    Example:
        >>> import numpy as np
        >>> from philtre.trace import Spec, trace
        >>> spec = Spec((3,), np.dtype("float32"))
        >>> for step in steps(trace(lambda x: {"y": 2 * x + 1}, {"x": spec}, x64=False), [np.ones(3, np.float32)]):
        ...     print(step.operation, step.outputs)
        mul (array([2., 2., 2.], dtype=float32),)
        add (array([3., 3., 3.], dtype=float32),)
    """
    lines: dict[Equation, str] = {}
    walking = walk(traced.jaxpr, arrays, x64=traced.x64)
    while True:
        try:
            executed = next(walking)
        except StopIteration as end:
            return list(end.value)
        equation = executed.equation
        if equation not in lines:
            lines[equation] = source_line(equation)
        yield Step(name_of(equation), tuple(executed.inputs), tuple(executed.outputs), lines[equation])
