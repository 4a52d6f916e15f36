"""The tables: from the name of a primitive to the rule that computes it."""

from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import numpy as np

from philtre.errors import UnsupportedError
from philtre.fields import Array
from philtre.trace import Equation, source_line, template


class Executed(NamedTuple):
    """One equation with the arrays that went in and came out."""

    equation: Equation
    inputs: list[Array]
    outputs: list[Array]


Walk = Generator[Executed, None, list[Array]]
"""Yields every equation once it is computed; returns the results."""

Rule = Callable[..., Array | list[Array]]
"""Takes the equation and one array per argument; returns the result, or a list of results."""

Control = Callable[..., Walk]
"""Takes the walk over other equations (jaxpr, arrays), the equation and one array per argument."""

RULES: dict[str, Rule] = {}
CONTROL: dict[str, Control] = {}


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Enter a rule under the names of primitives."""

    def enter(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(primitives, function))
        return function

    return enter


def control(*primitives: str) -> Callable[[Control], Control]:
    """Enter a rule that runs other equations under the names of primitives."""

    def enter(function: Control) -> Control:
        CONTROL.update(dict.fromkeys(primitives, function))
        return function

    return enter


def shape_of(equation: Equation) -> tuple[int, ...]:
    """Shape of the first result."""
    return tuple(template(equation.outvars[0]).shape)


def dtype_of(equation: Equation) -> np.dtype[Any]:
    """Dtype of the first result."""
    return stored(template(equation.outvars[0]).dtype)


KEY = np.dtype(np.uint64)
"""A random key of the threefry generator: its two 32-bit words, the first one high."""


def stored(dtype: Any) -> np.dtype[Any]:
    """The NumPy dtype that holds a dtype of the trace, random keys included."""
    return dtype if isinstance(dtype, np.dtype) else KEY


def is_foreign(variable: Any) -> bool:
    """Whether an argument or result is a random key of a generator that is not known here."""
    name = str(template(variable).dtype)
    return name.startswith("key<") and name != "key<fry>"


def name_of(equation: Equation) -> str:
    """Name of the primitive, or of the operation of `ops`."""
    name = equation.primitive.name
    return str(equation.params["name"] if name == "operation" else name)


def refusal(equation: Equation, reason: str = "") -> UnsupportedError:
    """Build the error for an equation that NumPy cannot compute."""
    return UnsupportedError(
        name_of(equation), target="numpy", source=source_line(equation), supported=("xla",), hint=reason
    )
