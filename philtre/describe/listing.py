"""A listing is a trace as one list of steps: library calls inlined, loops and branches as blocks, values by name."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from philtre.errors import SignatureError
from philtre.fields import AnyField, Array
from philtre.ops.primitive import body
from philtre.trace import BATCH, ClosedJaxpr, Equation, Literal, Traced, inner, is_users, source_line, template

UNUSED = "_"
SMALL = 4
SHOWN = ("axes", "axis", "dim", "dimension", "length", "permutation")


@dataclass(frozen=True, eq=False)
class Value:
    """An array of a listing; two are the same only if they are one object.

    Args:
        kind: "input", "parameter", "constant", "argument" (of a block) or "result" (of a step).
        name: an input's name, a parameter's path, "%3" for the fourth value that is made, "" for a constant.
        shape: sizes, symbolic ones too.
        dtype: dtype, or JAX's type of random keys.
        array: of a constant.
    """

    kind: str
    name: str
    shape: tuple[Any, ...]
    dtype: Any
    array: Array | None = None

    @property
    def size(self) -> int:
        """Number of entries, where no size is a symbol."""
        return math.prod(self.shape)

    @property
    def type(self) -> str:
        """Such as ``"float32[batch, 4]"``."""
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    def __str__(self) -> str:
        """Its name; a constant is written out if it is small."""
        if self.array is None or self.array.size > SMALL:
            return self.name or self.type
        return " ".join(np.array2string(self.array, separator=", ").split())


@dataclass(frozen=True, eq=False)
class Block:
    """Steps that a loop or a branch runs; values of the surrounding steps are seen inside.

    Args:
        name: "condition", "body", "branch 0", ...
        carried: what each turn hands to the next, each with its first value.
        each: entries of arrays, one per turn, each with its array.
        steps: in order.
        results: what the block gives.
    """

    name: str
    carried: tuple[tuple[Value, Value], ...]
    each: tuple[tuple[Value, Value], ...]
    steps: tuple["Step", ...]
    results: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One equation.

    Args:
        name: the operation's name, or the primitive's.
        equation: what JAX traced.
        arguments: what it reads.
        results: what it makes.
        blocks: what it runs, if it is a loop or a branch.
        body: the steps behind an operation's name.
        source: the user's line, "" when nothing is known.
    """

    name: str
    equation: Equation
    arguments: tuple[Value, ...]
    results: tuple[Value, ...]
    blocks: tuple[Block, ...]
    body: Block | None
    source: str

    @property
    def options(self) -> tuple[str, ...]:
        """What a reader needs beside the shapes, such as ``"axes=(1,)"``."""
        known = self.equation.params
        return tuple(f"{name}={known[name]}" for name in SHOWN if name in known)


@dataclass(frozen=True, eq=False)
class Listing:
    """The steps of a program, and what they start from and give.

    Args:
        inputs: in order.
        parameters: in order.
        steps: in order.
        outputs: by name.
    """

    inputs: tuple[Value, ...]
    parameters: tuple[Value, ...]
    steps: tuple[Step, ...]
    outputs: dict[str, Value]


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


def numbers(fields: Mapping[str, AnyField], sizes: Mapping[str, int]) -> dict[str, int]:
    """Give every symbol of the fields its number; the batch is 1 unless said otherwise.

    Raises:
        SignatureError: if a symbol has no number, or a number below 1, or a name is no symbol.
    """
    free = {size or BATCH for field in fields.values() for size in field.wire_shape if not isinstance(size, int)}
    given = ({BATCH: 1} if BATCH in free else {}) | dict(sizes)
    wrong = [name for name, size in given.items() if not isinstance(size, int) or size < 1]
    if set(given) != free or wrong:
        raise SignatureError(
            "sizes",
            expected=f"one number of at least 1 for each of {sorted(free)}",
            got=", ".join(f"{name}={size!r}" for name, size in given.items()) or "none",
            hint="name the sizes of free axes: batch=32",
        )
    return given


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
