"""What the coverage list is about: primitives (each by the smallest case that uses it), functions, gradients, maps."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tests.conformance.agreement import is_wide
from tests.conformance.case import Case
from tests.conformance.coverage.call import Example
from tests.conformance.coverage.examples import examples
from tests.conformance.programs import CASES

NO_GRADIENT, NO_MAP = "JAX has no derivative", "JAX has no batching rule"
REFUSALS = (TypeError, ValueError, NotImplementedError, AssertionError, IndexError)


def subjects() -> Iterator[Example | tuple[str, str]]:
    """All examples, and for derivatives and maps that JAX does not have a name and the reason."""
    yield from primitives()
    for example in examples():
        yield example
        if any(array.dtype.kind == "f" for array in example.arrays):
            yield _traceable(gradient(example), NO_GRADIENT)
        yield _traceable(mapped(example), NO_MAP)


def primitives() -> list[Example]:
    """One for each primitive in any case: the case with the fewest other ones."""
    smallest: dict[str, tuple[int, Case]] = {}
    for case in CASES:
        names = _used(jax_trace(case.function, case.inputs(np.dtype(usual(case)))))
        for name in names:
            if name not in smallest or len(names) < smallest[name][0]:
                smallest[name] = len(names), case
    return [
        Example(f"primitive {name}", case.function, case.inputs(np.dtype(usual(case))))
        for name, (_, case) in sorted(smallest.items())
    ]


def usual(case: Case) -> str:
    """The dtype that a case is tried at first."""
    return "float32" if "float32" in case.dtypes else case.dtypes[0]


def jax_trace(function: Callable[..., Any], arrays: tuple[Any, ...]) -> Any:
    with jax.enable_x64(is_wide(arrays)):
        return jax.make_jaxpr(function)(*arrays).jaxpr


def _used(jaxpr: Any) -> set[str]:
    """Names of all primitives, those of inner equations too."""
    found = set()
    for equation in jaxpr.eqns:
        found.add(_name(equation))
        for parameter in equation.params.values():
            for inside in parameter if isinstance(parameter, tuple | list) else [parameter]:
                inside = getattr(inside, "jaxpr", inside)
                found |= _used(inside) if hasattr(inside, "eqns") else set()
    return found


def _name(equation: Any) -> str:
    name = equation.primitive.name
    return f"operation {equation.params['name']}" if name == "operation" else str(name)


def gradient(example: Example) -> Example:
    """The derivative of the sum of all results in all floating-point arguments."""
    moving = tuple(place for place, array in enumerate(example.arrays) if array.dtype.kind == "f")

    def total(*arrays: Any) -> Any:
        leaves = [leaf.real for leaf in example.function(*arrays) if jnp.issubdtype(leaf.dtype, jnp.inexact)]
        return sum((leaf.sum() for leaf in leaves), start=jnp.float32(0))

    return Example(f"grad({example.name})", jax.grad(total, moving), example.arrays)


def mapped(example: Example) -> Example:
    """The function of each of two entries of a leading axis."""
    arrays = tuple(np.stack([array, array]) for array in example.arrays)
    return Example(f"vmap({example.name})", jax.vmap(example.function), arrays)


def _traceable(example: Example, reason: str) -> Example | tuple[str, str]:
    try:
        jax.eval_shape(example.function, *example.arrays)
    except REFUSALS:
        return example.name, reason
    return example
