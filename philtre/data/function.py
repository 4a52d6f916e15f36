"""Functions as values: equal when their code is, and written back as the source that defines them."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from philtre.errors import DataError

Function = Callable[..., Any]

JUMPS = {*dis.hasjrel, *dis.hasjabs}
CALLING = {"CACHE", "PRECALL", "PUSH_NULL", "RESUME"}
"""Instructions that say nothing about what is computed."""
PLAIN = (bool, int, float, str, type(None))


class Source(NamedTuple):
    """Python text that makes a function again."""

    needs: tuple[str, ...]
    """Statements that must run first: imports, constants, the definition itself."""
    expression: str
    """An expression for the function: a lambda, or the name that the definition gave it."""


def check_function(function: object, where: str) -> tuple[str, ...]:
    """Names of the parameters of a function that stands on its own.

    Raises:
        DataError: if it is not a `def` or `lambda` with named parameters, or uses variables of an outer function.
    """
    if not isinstance(function, FunctionType):
        raise DataError(where, expected="a function (def or lambda)", got=f"a {type(function).__name__}")
    parameters = inspect.signature(function).parameters.values()
    named = all(p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty for p in parameters)
    if not parameters or not named:
        raise DataError(
            where,
            expected="parameters that name columns",
            got=f"the signature {inspect.signature(function)}",
            hint="for example lambda SibSp, Parch: SibSp + Parch + 1",
        )
    if function.__code__.co_freevars:
        raise DataError(
            where,
            expected="a function that stands on its own",
            got=f"one that uses {', '.join(map(repr, function.__code__.co_freevars))} of the function around it",
            hint="define the function and what it uses at the top of the file",
        )
    return tuple(parameter.name for parameter in parameters)


def fingerprint(function: Function) -> tuple[Any, ...]:
    """What two functions share that do the same to the same names, wherever they were defined."""
    return _fingerprint(function.__code__)


def _fingerprint(code: CodeType) -> tuple[Any, ...]:
    steps: list[dis.Instruction] = []
    position = {}
    for step in dis.get_instructions(code):
        position[step.offset] = len(steps)
        if step.opname not in CALLING:
            steps.append(step)
    return (
        code.co_varnames,
        *(
            # how a method is looked up depends on whether its module was imported in the same text
            (step.opname.replace("METHOD", "ATTR"), _operand(step.argval, position if step.opcode in JUMPS else {}))
            for step in steps
        ),
    )


def _operand(value: Any, position: dict[int, int]) -> Any:
    if isinstance(value, CodeType):
        return _fingerprint(value)
    return position.get(value) if position else (type(value).__name__, repr(value))


def source(function: Function) -> Source:
    """Find the source of a function that `check_function` accepted.

    Raises:
        DataError: if the source is not in a file, or it uses a global that cannot be written down.
    """
    where = f"source of {function.__qualname__}"
    try:
        lines, start = inspect.findsource(function)
        text = inspect.getsource(function)
    except (OSError, TypeError):
        raise DataError(
            where, expected="a function whose source is in a file", got="one made from text", hint="put it in a file"
        ) from None
    needs = _globals(function, where)
    if function.__name__ != "<lambda>":
        return Source((*needs, textwrap.dedent(text).rstrip()), function.__name__)
    for node in ast.walk(ast.parse("".join(lines))):
        if isinstance(node, ast.Lambda) and node.lineno == start + 1 and _same(node, function):
            return Source(needs, ast.unparse(node))
    raise DataError(where, expected="the lambda in its file", got="a file that has changed since it was imported")


def _same(node: ast.Lambda, function: Function) -> bool:
    compiled = compile(ast.fix_missing_locations(ast.Expression(node)), "<lambda>", "eval")
    inner = next(constant for constant in compiled.co_consts if isinstance(constant, CodeType))
    return _fingerprint(inner) == fingerprint(function)


def _globals(function: Function, where: str) -> tuple[str, ...]:
    """Statements that bring the modules, functions and constants that a function uses."""
    needs = []
    for name, value in inspect.getclosurevars(function).globals.items():
        module, origin = getattr(value, "__module__", None), getattr(value, "__name__", None)
        if isinstance(value, ModuleType):
            needs.append(f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else ""))
        elif isinstance(value, PLAIN):
            needs.append(f"{name} = {value!r}")
        elif isinstance(value, FunctionType) and module == function.__module__:
            needs.extend(source(value).needs)
        elif callable(value) and module and origin:
            needs.append(f"from {module} import {origin}" + (f" as {name}" if name != origin else ""))
        else:
            raise DataError(
                where,
                expected="globals that are modules, functions or plain constants",
                got=f"'{name}', a {type(value).__name__}",
                hint="write the value into the function",
            )
    return tuple(needs)
