"""The tables: a primitive's name, or an operation's, to the rule that lowers it."""

from collections.abc import Callable
from typing import Any

from philtre.targets.onnx.graph import Graph, Value
from philtre.trace import Equation

Rule = Callable[..., Value | list[Value]]
"""Takes the graph, the equation and one value per argument; returns the results."""

RULES: dict[str, Rule] = {}
OPERATIONS: dict[str, Callable[..., Value | list[Value] | None]] = {}
"""Rules of operations take the graph, the options by keyword and the arguments; None means: lower the body."""


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of primitives."""

    def enter(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(primitives, function))
        return function

    return enter


def kernel(operation: str) -> Callable[[Any], Any]:
    """Enter a rule under the name of an operation of `ops`."""

    def enter(function: Any) -> Any:
        OPERATIONS[operation] = function
        return function

    return enter


def shape_of(equation: Equation) -> tuple[Any, ...]:
    """Shape of the first result."""
    return tuple(equation.outvars[0].aval.shape)


def dtype_of(equation: Equation) -> Any:
    """Dtype of the first result."""
    return equation.outvars[0].aval.dtype
