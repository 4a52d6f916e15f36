"""The tables: from the name of a primitive or an operation to the rule that lowers it."""

from collections.abc import Callable
from typing import Any

from philtre.targets.onnx.value import Value
from philtre.trace import Equation, template

Rule = Callable[..., Value | list[Value] | None]
"""Takes the graph, the equation and one value per argument; returns the results, or None to use the formula."""

Formula = Callable[..., Any]
"""A jnp function of the arguments, and of the equation's parameters by keyword, that other rules can lower."""

RULES: dict[str, Rule] = {}
FORMULAS: dict[str, Formula] = {}
OPERATIONS: dict[str, Rule] = {}
"""Rules of operations take the graph, the arguments and the options by keyword; None means: lower the body."""


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of primitives."""
    return _enter(RULES, primitives)


def formula(*primitives: str) -> Callable[[Formula], Formula]:
    """Enter a formula under the names of primitives."""
    return _enter(FORMULAS, primitives)


def kernel(*operations: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of operations of `ops`."""
    return _enter(OPERATIONS, operations)


def _enter(table: dict[str, Callable[..., Any]], names: tuple[str, ...]) -> Callable[[Any], Any]:
    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        table.update(dict.fromkeys(names, function))
        return function

    return enter


def shape_of(equation: Equation) -> tuple[Any, ...]:
    """Shape of the first result."""
    return tuple(template(equation.outvars[0]).shape)


def dtype_of(equation: Equation) -> Any:
    """Dtype of the first result."""
    return template(equation.outvars[0]).dtype
