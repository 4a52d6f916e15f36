"""What a trace needs and this target lacks."""

from collections.abc import Iterator
from typing import Any

from philtre.ops.primitive import body
from philtre.targets.numpy.table import CONTROL, RULES, is_foreign
from philtre.trace import Traced, inner


def supports(traced: Traced) -> list[str]:
    """Name the operations that keep a trace from this target; empty if it can be run."""
    return list(dict.fromkeys(_lacking(traced.jaxpr.jaxpr, traced.x64)))


def _lacking(jaxpr: Any, x64: bool) -> Iterator[str]:
    for equation in jaxpr.eqns:
        name = equation.primitive.name
        if name == "operation":
            yield from _lacking(body(equation, x64=x64), x64)
        elif name in CONTROL or inner(equation) is not None:
            for inside in _bodies(equation.params.values()):
                yield from _lacking(inside, x64)
        elif name not in RULES or any(map(is_foreign, (*equation.invars, *equation.outvars))):
            yield name


def _bodies(parameters: Any) -> Iterator[Any]:
    """The equations among the parameters of an equation, alone or in tuples."""
    for parameter in parameters:
        if isinstance(parameter, tuple):
            yield from _bodies(parameter)
        elif hasattr(parameter, "eqns"):
            yield parameter
