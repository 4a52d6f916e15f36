"""Loops, branches and calls: equations that run other equations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.table import Walk, control, dtype_of, refusal, rule, shape_of, stored
from philtre.trace import Equation

Run = Callable[[Any, list[Array]], Walk]


@control("while")
def _while(run: Run, equation: Equation, *arrays: Array) -> Walk:
    test, body = equation.params["cond_jaxpr"], equation.params["body_jaxpr"]
    tested, whole = equation.params["cond_nconsts"], equation.params["body_nconsts"]
    test_constants, body_constants = arrays[:tested], arrays[tested : tested + whole]
    state = list(arrays[tested + whole :])
    while True:
        (going,) = yield from run(test, [*test_constants, *state])
        if not going.any():
            return state
        state = _where(going, (yield from run(body, [*body_constants, *state])), state)


def _where(going: Array, new: list[Array], old: list[Array]) -> list[Array]:
    """Of many loops side by side, only those that go on change their state."""
    if going.all():
        return new
    spread = [going.reshape((*going.shape, *[1] * (array.ndim - going.ndim))) for array in new]
    return [np.where(which, after, before) for which, after, before in zip(spread, new, old, strict=True)]


@control("scan")
def _scan(run: Run, equation: Equation, *arrays: Array) -> Walk:
    params = equation.params
    first, last = params["num_consts"], params["num_consts"] + params["num_carry"]
    constants, state, sequences = arrays[:first], list(arrays[first:last]), arrays[last:]
    made: list[list[Array]] = []
    for step in reversed(range(params["length"])) if params["reverse"] else range(params["length"]):
        results = yield from run(params["jaxpr"], [*constants, *state, *(values[step] for values in sequences)])
        state, emitted = results[: len(state)], results[len(state) :]
        made.append(emitted)
    made = made[::-1] if params["reverse"] else made
    outputs = equation.outvars[len(state) :]
    stacked = [np.stack([row[i] for row in made]) if made else _nothing(variable) for i, variable in enumerate(outputs)]
    return [*state, *stacked]


def _nothing(variable: Any) -> Array:
    return np.empty(variable.aval.shape, stored(variable.aval.dtype))


@control("cond")
def _cond(run: Run, equation: Equation, which: Array, *arrays: Array) -> Walk:
    """Run one branch; an index out of range takes the nearest one."""
    branches = equation.params["branches"]
    return (yield from run(branches[min(max(int(which), 0), len(branches) - 1)], list(arrays)))


@control("custom_linear_solve")
def _custom_linear_solve(run: Run, equation: Equation, *arrays: Array) -> Walk:
    """Run the solver, with the constants that are its own."""
    lengths, jaxprs = equation.params["const_lengths"], equation.params["jaxprs"]
    before = lengths.matvec + lengths.vecmat
    own = arrays[before : before + lengths.solve]
    return (yield from run(jaxprs.solve, [*own, *arrays[sum(lengths) :]]))


@control("composite", "custom_vmap_call", "linear_call", "call")
def _call(run: Run, equation: Equation, *arrays: Array) -> Walk:
    params = equation.params
    body = next(params[name] for name in ("jaxpr", "call", "callee", "call_jaxpr") if name in params)
    return (yield from run(body, list(arrays)))


@rule("platform_index")
def _platform_index(equation: Equation) -> Array:
    """Take the branch for CPUs, else the one for all other platforms."""
    platforms = equation.params["platforms"]
    known = [i for i, names in enumerate(platforms) if names is None or "cpu" in names]
    if not known:
        raise refusal(equation, "none of its platforms is a CPU")
    return np.full(shape_of(equation), known[0], dtype_of(equation))
