"""Branches and loops: If, Scan and Loop, whose bodies read what is outside by name.

Scan is for a known number of steps over arrays; Loop is for the rest, since onnxruntime's Scan refuses to take no
step. A branch or body returns tensors of its own only, at their whole size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import GraphProto

from philtre.targets.onnx.boundary import declare
from philtre.targets.onnx.finish import tidied
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import rule
from philtre.targets.onnx.value import Shape, Value
from philtre.trace import ClosedJaxpr, Equation, is_symbolic

Run = Callable[[Graph, ClosedJaxpr, Sequence[Value]], list[Value]]
"""Lowers equations into a graph; returns their results."""

_NOTHING = Value("", (), (), np.dtype(np.int64))


@rule("platform_index")
def _platform_index(g: Graph, equation: Equation) -> Value:
    """Take the branch of processors, or else the default."""
    known = [index for index, names in enumerate(equation.params["platforms"]) if names is None or "cpu" in names]
    if not known:
        raise g.refuse("without a branch for cpu")
    return g.constant(known[0], np.int32)


def cond(g: Graph, run: Run, equation: Equation, index: Value, *arguments: Value) -> list[Value]:
    """Run the branch of an index: nested Ifs, or the branch itself where the index is known."""
    branches = list(equation.params["branches"])
    if index.constant is not None:
        return run(g, branches[min(max(int(index.constant), 0), len(branches) - 1)], arguments)
    return _choice(g, run, index, 0, branches, arguments)


def _choice(
    g: Graph, run: Run, index: Value, first: int, branches: list[ClosedJaxpr], arguments: Sequence[Value]
) -> list[Value]:
    if len(branches) == 1:
        return run(g, branches[0], arguments)
    middle = len(branches) // 2
    pivot = first + middle
    late = g.cast(index, np.bool_) if pivot == 1 else g.compare("Less", g.number(pivot - 1, index), index)
    bodies, results = [], []
    for start, part in ((first, branches[:middle]), (pivot, branches[middle:])):
        inside = g.inside(repeated=False)
        results = _choice(inside, run, index, start, part, arguments)
        bodies.append(_body(inside, [], results))
    if not results:
        return []
    return _node(g, "If", [late], [(r.shape, r.dtype) for r in results], else_branch=bodies[0], then_branch=bodies[1])


Make = Callable[[Graph], list[Value]]
"""Makes values in a graph."""


def branches(g: Graph, condition: Value, chosen: Make, other: Make, *, shared: bool = True) -> list[Value]:
    """Run one of two ways to make the same values.

    Args:
        shared: whether `other` may read what was computed before; if not, it computes from the inputs, exactly.
    """
    inside = [g.inside(repeated=False, exact=not shared), g.inside(repeated=False)]
    results = [make(scope) for make, scope in zip((other, chosen), inside, strict=True)]
    bodies = [_body(scope, [], made) for scope, made in zip(inside, results, strict=True)]
    kinds = [(value.shape, value.dtype) for value in results[0]]
    return _node(g, "If", [condition], kinds, else_branch=bodies[0], then_branch=bodies[1])


def while_loop(g: Graph, run: Run, equation: Equation, *arguments: Value) -> list[Value]:
    """Repeat a body as long as a condition holds of what it carries; maybe never.

    A loop mapped over axes has a condition for each entry: it goes on for any, and only those that hold change.
    """
    parameters = equation.params
    asked, given = parameters["cond_nconsts"], parameters["body_nconsts"]
    condition, constants, carried = arguments[:asked], arguments[asked : asked + given], arguments[asked + given :]

    def step(inside: Graph, _: Value, state: list[Value]) -> tuple[Value, list[Value], list[Value]]:
        before = state[len(each) :]
        after = run(inside, parameters["body_jaxpr"], [*constants, *before])
        if each:
            after = [_changed(inside, state[0], *pair) for pair in zip(after, before, strict=True)]
        (holds,) = run(inside, parameters["cond_jaxpr"], [*condition, *after])
        return _any(inside, holds), [holds, *after][not each :], []

    (begin,) = run(g, parameters["cond_jaxpr"], [*condition, *carried])
    each = [begin] if begin.shape else []
    return _loop(g, _NOTHING, _any(g, begin), [*each, *carried], step)[len(each) :]


def _changed(g: Graph, holds: Value, after: Value, before: Value) -> Value:
    ones = (1,) * (len(after.shape) - len(holds.shape))
    return g.where(g.reshape(holds, (*holds.shape, *ones)), after, before)


def _any(g: Graph, holds: Value) -> Value:
    if not holds.shape:
        return g.full(holds)
    count = g.node("ReduceSum", [g.full(g.cast(holds, np.int32))], (), np.int32, keepdims=0)
    return g.cast(count, np.bool_)


@dataclass(frozen=True)
class _Steps:
    """The parts of a scan: what its body only reads, what it carries, and the arrays that it takes row by row."""

    body: ClosedJaxpr
    length: Any
    backwards: bool
    constants: Sequence[Value]
    carried: Sequence[Value]
    rows: Sequence[Value]

    def run(
        self, inside: Graph, run: Run, state: Sequence[Value], rows: Sequence[Value]
    ) -> tuple[list[Value], list[Value]]:
        """One step: the state after it, and what it gives."""
        results = run(inside, self.body, [*self.constants, *state, *rows])
        return results[: len(state)], results[len(state) :]


def scan(g: Graph, run: Run, equation: Equation, *arguments: Value) -> list[Value]:
    """Carry a state along the rows of arrays, and stack what each step gives."""
    parameters = equation.params
    given, carried = parameters["num_consts"], parameters["num_consts"] + parameters["num_carry"]
    steps = _Steps(
        parameters["jaxpr"], parameters["length"], parameters["reverse"],
        arguments[:given], arguments[given:carried], [g.full(value) for value in arguments[carried:]],
    )  # fmt: skip
    if steps.rows and not is_symbolic(steps.length) and steps.length > 0:
        return _scan(g, run, steps)
    return _counted(g, run, steps)


def _scan(g: Graph, run: Run, steps: _Steps) -> list[Value]:
    inside = g.inside(repeated=True)
    state = [inside.receives("state", value) for value in steps.carried]
    rows = [inside.receives("row", _row(value)) for value in steps.rows]
    after, made = steps.run(inside, run, state, rows)
    body = _body(inside, [*state, *rows], [*after, *made])
    inputs = [*map(g.full, steps.carried), *steps.rows]
    results = _results(steps.carried, [((steps.length, *value.shape), value.dtype) for value in made])
    directions = {"scan_input_directions": [1] * len(rows), "scan_output_directions": [1] * len(made)}
    turned = {name: ones for name, ones in directions.items() if ones and steps.backwards}
    return _node(g, "Scan", inputs, results, body=body, num_scan_inputs=len(rows), **turned)


def _counted(g: Graph, run: Run, steps: _Steps) -> list[Value]:
    """Loop over the numbers of the rows."""
    count = g.reshape(g.size(steps.length), ())

    def step(inside: Graph, number: Value, state: list[Value]) -> tuple[Value, list[Value], list[Value]]:
        if steps.backwards:
            number = inside.apply("Sub", inside.apply("Sub", count, inside.constant(1)), number)
        rows = [inside.node("Gather", [value, number], value.shape[1:], value.dtype) for value in steps.rows]
        after, made = steps.run(inside, run, state, rows)
        return inside.constant(True), after, made

    results = _loop(g, count, _NOTHING, steps.carried, step, steps.length)
    last = len(steps.carried)
    return [*results[:last], *(_ordered(g, value, steps.backwards) for value in results[last:])]


def _ordered(g: Graph, stacked: Value, backwards: bool) -> Value:
    """Turn the rows around; and say the shape, since onnxruntime takes 0 for all free sizes if there is no row."""
    if backwards:
        whole = [g.constant(np.array([bound])) for bound in (-1, np.iinfo(np.int64).min + 1, 0, -1)]
        stacked = g.node("Slice", [stacked, *whole], stacked.shape, stacked.dtype)
    if not any(map(is_symbolic, stacked.shape[1:])):
        return stacked
    return g.node("Reshape", [stacked, g.sizes(stacked.shape)], stacked.shape, stacked.dtype, allowzero=1)


Step = Callable[[Graph, Value, list[Value]], tuple[Value, list[Value], list[Value]]]
"""Takes the inner graph, the number of the step and the state; returns whether to go on, the state, a row each."""


def _loop(
    g: Graph, count: Value, begin: Value, carried: Sequence[Value], step: Step, length: Any = None
) -> list[Value]:
    inside = g.inside(repeated=True)
    number = inside.receives("step", Value("", (), (), np.dtype(np.int64)))
    again = inside.receives("again", Value("", (), (), np.dtype(np.bool_)))
    state = [inside.receives("state", value) for value in carried]
    goes_on, after, made = step(inside, number, state)
    body = _body(inside, [number, again, *state], [goes_on, *after, *made])
    results = _results(carried, [((length, *value.shape), value.dtype) for value in made])
    return _node(g, "Loop", [count, begin, *map(g.full, carried)], results, body=body)


def _body(inside: Graph, inputs: Sequence[Value], results: Sequence[Value]) -> GraphProto:
    """Close a graph: each result is a tensor of its own, at its whole size, made inside."""
    own: dict[str, Value] = {}
    for result in map(inside.full, results):
        if not inside.is_inside(result.name) or result.name in own:
            result = _copied(inside, result)
        own[result.name] = result
    nodes = tidied(inside, inside.nodes, own)
    return GraphProto(
        name=inside.name("body"), node=nodes, input=map(declare, inputs), output=map(declare, own.values())
    )


def _copied(inside: Graph, value: Value) -> Value:
    return inside.known(Value(inside.copy_of(value.name), value.shape, value.shape, value.dtype))


def _node(
    g: Graph, operator: str, inputs: Sequence[Value], results: Sequence[tuple[Shape, Any]], **attributes: Any
) -> list[Value]:
    """Make a node with graphs inside, which takes every dtype; with no results there is nothing to run."""
    if not results:
        return []
    names = g.emit(operator, [value.name for value in inputs], len(results), "", attributes)
    made = zip(names, results, strict=True)
    return [g.known(Value(name, shape, shape, np.dtype(dtype))) for name, (shape, dtype) in made]


def _results(carried: Sequence[Value], stacked: Sequence[tuple[Shape, Any]]) -> list[tuple[Shape, Any]]:
    return [*((value.shape, value.dtype) for value in carried), *stacked]


def _row(value: Value) -> Value:
    return Value("", value.shape[1:], value.shape[1:], value.dtype)


CONTROL: dict[str, Callable[..., list[Value]]] = {"cond": cond, "scan": scan, "while": while_loop}
