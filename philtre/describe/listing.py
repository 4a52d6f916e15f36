"""A listing is a trace as one list of steps: library calls inlined, loops and branches as blocks, values by name."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np

from philtre.describe.step import Block, Listing, Step, Value
from philtre.ops.primitive import body
from philtre.trace import ClosedJaxpr, Equation, Literal, Traced, inner, is_users, source_line, template

UNUSED = "_"


def listing(traced: Traced, *, expand: bool = False) -> Listing:
    """List the equations of a trace.

    Args:
        traced: sizes may be symbols.
        expand: whether operations are replaced by the steps that XLA takes for them on this machine.
    """
    writer = _Writer(traced.x64, expand)
    variables = traced.jaxpr.jaxpr.invars
    kinds = [("parameter", path) for path in traced.parameters] + [("input", name) for name in traced.inputs]
    values = [_value(kind, name, variable) for (kind, name), variable in zip(kinds, variables, strict=True)]
    steps, results = writer.run(traced.jaxpr, values)
    split = len(traced.parameters)
    return Listing(tuple(values[split:]), tuple(values[:split]), steps, dict(zip(traced.outputs, results, strict=True)))


class _Writer:
    """Numbers values as it meets them."""

    def __init__(self, x64: bool, expand: bool) -> None:
        self.x64 = x64
        self.expand = expand
        self.numbers = count()

    def run(
        self, jaxpr: ClosedJaxpr, arguments: Sequence[Value], call: str = ""
    ) -> tuple[tuple[Step, ...], tuple[Value, ...]]:
        """Give the steps of equations, and the values of their results.

        Args:
            jaxpr: the equations.
            arguments: their arguments.
            call: the user's line that calls a library's function; what is inside has no better one.
        """
        constants = [_constant(array) for array in jaxpr.consts]
        known = dict(zip([*jaxpr.jaxpr.constvars, *jaxpr.jaxpr.invars], [*constants, *arguments], strict=True))

        def read(variable: Any) -> Value:
            return _constant(variable.val) if isinstance(variable, Literal) else known[variable]

        steps: list[Step] = []
        for equation in jaxpr.jaxpr.eqns:
            taken = tuple(map(read, equation.invars))
            line = call or source_line(equation)
            called = self._behind(equation)
            if called is not None:
                made, results = self.run(called, taken, call or ("" if is_users(called) else line))
                steps.extend(made)
            else:
                step = self._step(equation, taken, line)
                steps.append(step)
                results = step.results
            known.update(zip(equation.outvars, results, strict=True))
        return tuple(steps), tuple(map(read, jaxpr.jaxpr.outvars))

    def _step(self, equation: Equation, taken: tuple[Value, ...], line: str) -> Step:
        results = tuple(self._new("result", variable) for variable in equation.outvars)
        name = equation.primitive.name
        blocks = tuple(_BLOCKS[name](self, equation, taken)) if name in _BLOCKS else ()
        behind = None
        if name == "operation":
            name = equation.params["name"]
            behind = _Writer(self.x64, expand=True)._block("body", body(equation, x64=self.x64), taken)
        return Step(name, equation, taken, results, blocks, behind, line)

    def _behind(self, equation: Equation) -> ClosedJaxpr | None:
        """The equations that stand for one."""
        if self.expand and equation.primitive.name == "operation":
            return body(equation, x64=self.x64, here=True)
        return inner(equation)

    def _new(self, kind: str, variable: Any) -> Value:
        return _value(kind, UNUSED if str(variable) == UNUSED else f"%{next(self.numbers)}", variable)

    def _block(
        self,
        name: str,
        jaxpr: ClosedJaxpr,
        arguments: Sequence[Value],
        carried: Sequence[tuple[Value, Value]] = (),
        each: Sequence[tuple[Value, Value]] = (),
    ) -> Block:
        return Block(name, tuple(carried), tuple(each), *self.run(jaxpr, arguments))

    def _scan(self, equation: Equation, taken: tuple[Value, ...]) -> Iterator[Block]:
        jaxpr = equation.params["jaxpr"]
        fixed = equation.params["num_consts"]
        turning = fixed + equation.params["num_carry"]
        inside = [self._new("argument", variable) for variable in jaxpr.jaxpr.invars[fixed:]]
        pairs = list(zip(inside, taken[fixed:], strict=True))
        arguments = [*taken[:fixed], *inside]
        yield self._block("body", jaxpr, arguments, pairs[: turning - fixed], pairs[turning - fixed :])

    def _while(self, equation: Equation, taken: tuple[Value, ...]) -> Iterator[Block]:
        tests, fixed = equation.params["cond_nconsts"], equation.params["body_nconsts"]
        jaxpr = equation.params["body_jaxpr"]
        inside = [self._new("argument", variable) for variable in jaxpr.jaxpr.invars[fixed:]]
        pairs = list(zip(inside, taken[tests + fixed :], strict=True))
        yield self._block("condition", equation.params["cond_jaxpr"], [*taken[:tests], *inside], pairs)
        yield self._block("body", jaxpr, [*taken[tests : tests + fixed], *inside], pairs)

    def _cond(self, equation: Equation, taken: tuple[Value, ...]) -> Iterator[Block]:
        for index, branch in enumerate(equation.params["branches"]):
            yield self._block(f"branch {index}", branch, taken[1:])


_BLOCKS: dict[str, Callable[[_Writer, Equation, tuple[Value, ...]], Iterator[Block]]] = {
    "scan": _Writer._scan,
    "while": _Writer._while,
    "cond": _Writer._cond,
}


def _value(kind: str, name: str, variable: Any) -> Value:
    known = template(variable)
    return Value(kind, name, known.shape, known.dtype)


def _constant(array: Any) -> Value:
    if not isinstance(getattr(array, "dtype", np.dtype(bool)), np.dtype):
        return Value("constant", "", array.shape, array.dtype)  # random keys
    known = np.asarray(array)
    return Value("constant", "", known.shape, known.dtype, known)
