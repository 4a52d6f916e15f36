"""The walk: equations in order, calls inlined, each of the rest given to its rule, its result checked."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from philtre.fields import Array
from philtre.ops.primitive import body
from philtre.targets.numpy.table import CONTROL, RULES, Executed, Walk, is_foreign, refusal, stored
from philtre.trace import ClosedJaxpr, Equation, Literal, inner, template


def interpret(jaxpr: ClosedJaxpr, arrays: Sequence[Any], *, x64: bool) -> list[Array]:
    """Run equations on arrays, with NumPy alone.

    Args:
        jaxpr: the equations; their sizes are numbers.
        arrays: one per argument, in order.
        x64: whether the equations were traced with 64-bit dtypes.
    Returns:
        One array per result, of exactly the shape and dtype that the trace states.
    Raises:
        UnsupportedError: if there is no rule for an equation; it names the user's line.
    """
    results: list[Array] = []

    def whole() -> Walk:
        results[:] = yield from walk(jaxpr, arrays, x64=x64)
        return results

    deque(whole(), maxlen=0)
    return results


def walk(jaxpr: ClosedJaxpr, arrays: Sequence[Any], *, x64: bool) -> Walk:
    """Run equations one by one: yields each as it is computed, calls inlined and loops unrolled."""

    def run(jaxpr: ClosedJaxpr, arrays: Sequence[Any]) -> Walk:
        values = dict(zip(jaxpr.jaxpr.invars, map(as_array, arrays), strict=True))
        values |= dict(zip(jaxpr.jaxpr.constvars, map(as_array, jaxpr.consts), strict=True))

        def read(atom: Any) -> Array:
            return np.asarray(atom.val, template(atom).dtype) if isinstance(atom, Literal) else values[atom]

        for equation in jaxpr.jaxpr.eqns:
            inputs = [read(atom) for atom in equation.invars]
            called = inner(equation)
            if called is not None:
                outputs = yield from run(called, inputs)
            elif equation.primitive.name in CONTROL:
                outputs = yield from CONTROL[equation.primitive.name](run, equation, *inputs)
                yield Executed(equation, inputs, outputs)
            else:
                outputs = _computed(equation, inputs, x64)
                yield Executed(equation, inputs, outputs)
            values.update(zip(equation.outvars, outputs, strict=True))
        return [read(atom) for atom in jaxpr.jaxpr.outvars]

    return run(jaxpr, arrays)


def as_array(value: Any) -> Array:
    """An array of NumPy, JAX or Python; random keys as their words, packed."""
    if isinstance(value, jax.Array) and jax.numpy.issubdtype(value.dtype, jax.dtypes.prng_key):
        return packed(np.asarray(jax.random.key_data(value)))
    return np.asarray(value)


def packed(words: Array) -> Array:
    """Pack pairs of 32-bit words along the last axis into one number each."""
    return words[..., 0].astype(np.uint64) << np.uint64(32) | words[..., 1]


def _computed(equation: Equation, inputs: list[Array], x64: bool) -> list[Array]:
    name = equation.primitive.name
    if name == "operation":
        return interpret(body(equation, x64=x64), inputs, x64=x64)
    if name not in RULES:
        raise refusal(equation)
    if any(map(is_foreign, (*equation.invars, *equation.outvars))):
        raise refusal(equation, "it runs with the default generator of random numbers, threefry2x32")
    with np.errstate(all="ignore"):
        results = RULES[name](equation, *inputs)
    outputs = [np.asarray(result) for result in (results if isinstance(results, list) else [results])]
    for variable, output in zip(equation.outvars, outputs, strict=True):
        _check(name, template(variable), output)
    return outputs


def _check(name: str, expected: jax.ShapeDtypeStruct, output: Array) -> None:
    if output.shape != expected.shape or output.dtype != stored(expected.dtype):
        raise AssertionError(f"the rule of {name} made {output.dtype}{list(output.shape)}, not {expected}")
