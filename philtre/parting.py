"""Parting: the first equation whose results on a target are not XLA's."""

import warnings
from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from philtre.deviation import Deviation, allowed, deviation, distance
from philtre.errors import UnsupportedError
from philtre.fields import Array, Tensor
from philtre.fields.field import DATATYPES, sizes
from philtre.program import Program
from philtre.trace import BATCH, ClosedJaxpr, Equation, Literal, inner, source_line

REFERENCE = "xla"
Results = Generator[tuple[Equation, list[Any]], None, list[Any]]


class Parting(NamedTuple):
    """Where a target departs."""

    operation: str
    """Name of the primitive, or of the operation of `ops`."""
    source: str
    """The user's line, as ``"file.py:12 (function)"``."""
    deviation: Deviation


def first_parting(program: Program, target: str, arrays: Mapping[str, Array]) -> Parting | None:
    """Run all equations of a program on a target and on XLA, every result an output, and compare in order.

    Args:
        program: declared.
        target: one that runs the program.
        arrays: wire arrays by input name.
    Returns:
        The first equation that differs; None where none does alone, or the target cannot give its result.
    """
    fields = program.inputs or {}
    known = {pair for name, field in fields.items() for pair in sizes(field.wire_shape, arrays[name].shape)}
    traced = program.traced({symbol or BATCH: size for symbol, size in known})
    core = {name: field.to_core(arrays[name]) for name, field in fields.items()}
    made: list[Equation] = []

    def intermediates(*given: Any) -> dict[str, Any]:
        made.clear()
        results: dict[str, Any] = {}
        for equation, values in _evaluated(traced.jaxpr, [*traced.parameters.values(), *given]):
            for value in values:
                if value.dtype.name in DATATYPES:
                    results[f"value_{len(made)}"] = value
                    made.append(equation)
        return results

    inputs = {name: Tensor(array.shape, array.dtype.name) for name, array in core.items()}
    probe = Program(intermediates, inputs=inputs, x64=traced.x64, name=program.name)
    wanted, equations = answers(probe, REFERENCE, core), list(made)
    try:
        got = answers(probe, target, core)
    except UnsupportedError:
        return None
    for equation, (name, value) in zip(equations, wanted.items(), strict=True):
        if np.any(distance(got[name], value) > allowed(value, None)):
            return Parting(_name(equation), source_line(equation), deviation(got[name], value))
    return None


def answers(program: Program, target: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Compile and run, without the warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return program.compile(target).run(arrays)


def _name(equation: Equation) -> str:
    name = str(equation.primitive.name)
    return str(equation.params["name"]) if name == "operation" else name


def _evaluated(jaxpr: ClosedJaxpr, arguments: Sequence[Any]) -> Results:
    """Apply the equations in order, calls inlined, and give each with its results."""
    values: dict[Any, Any] = dict(zip(jaxpr.jaxpr.constvars, jaxpr.consts, strict=True))
    values |= dict(zip(jaxpr.jaxpr.invars, arguments, strict=True))

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, Literal) else values[atom]

    for equation in jaxpr.jaxpr.eqns:
        given = [read(atom) for atom in equation.invars]
        called = inner(equation)
        if called is not None:
            results = yield from _evaluated(called, given)
        else:
            answer = equation.primitive.bind(*given, **equation.params)
            results = list(answer) if equation.primitive.multiple_results else [answer]
            yield equation, results
        values.update(zip(equation.outvars, results, strict=True))
    return [read(atom) for atom in jaxpr.jaxpr.outvars]
