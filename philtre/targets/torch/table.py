"""The tables: from the name of a primitive or an operation to the rule that says it in torch."""

from collections.abc import Callable
from typing import Any

from philtre.trace import Equation, template

Data = Any
"""A `torch.fx.Proxy` of what is known when the module runs, or a `torch.Tensor` that is known already."""

Rule = Callable[..., Any]
"""Takes the graph, the equation and the data of each argument; returns the result, or a list of results.

Torch functions of proxies make nodes, the same functions of tensors run at once; so a rule is plain torch code, which
must not look at values. Code that does is a function of its own, called by `Graph.call`.
"""

RULES: dict[str, Rule] = {}
BROADCASTING: set[str] = set()
"""Primitives whose rules take arguments that only broadcast to their shape."""
FORMULAS: dict[str, Callable[..., Any]] = {}
"""A jnp function of the arguments, and of the equation's parameters by keyword, that other rules can lower."""
OPERATIONS: dict[str, Rule] = {}
"""Rules of operations take the graph, the arguments and the options by keyword; None means: lower the body."""


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of primitives; its arguments have their whole shapes."""
    return _enter(RULES, primitives)


def elementwise(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of primitives; its arguments may be smaller tensors that broadcast."""
    BROADCASTING.update(primitives)
    return _enter(RULES, primitives)


def formula(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a formula under the names of primitives."""
    return _enter(FORMULAS, primitives)


def kernel(*operations: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of operations of `ops`."""
    return _enter(OPERATIONS, operations)


def _enter(table: dict[str, Rule], names: tuple[str, ...]) -> Callable[[Rule], Rule]:
    def enter(function: Rule) -> Rule:
        table.update(dict.fromkeys(names, function))
        return function

    return enter


def shape_of(equation: Equation) -> tuple[Any, ...]:
    """Shape of the first result."""
    return tuple(template(equation.outvars[0]).shape)


def dtype_of(equation: Equation) -> Any:
    """Dtype of the first result."""
    return template(equation.outvars[0]).dtype


def given_shape(equation: Equation, index: int = 0) -> tuple[Any, ...]:
    """Shape of an argument."""
    return tuple(template(equation.invars[index]).shape)


def given_dtype(equation: Equation, index: int = 0) -> Any:
    """Dtype of an argument."""
    return template(equation.invars[index]).dtype
