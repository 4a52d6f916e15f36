"""Where NaN and infinity come from: the first equation that made them of finite numbers, and the user's line."""

from collections.abc import Callable
from typing import Any

import numpy as np

from philtre.errors import NumericError
from philtre.fields import Array
from philtre.program import Program
from philtre.targets.numpy import Step, steps

LOOPS = frozenset({"cond", "scan", "while"})


def check(program: Program) -> Callable[..., Any]:
    """Make a function that runs a program in NumPy and refuses results that are not finite.

    Args:
        program: it; what it computes and then leaves out, as `jnp.where` does, may be anything.

    Returns:
        A function of arrays, by position or by name, that answers as the program does. It raises NumericError where a
        result has NaN or infinity: the error names the equation that made it of finite numbers, and the user's line.

    Example:
        >>> import jax.numpy as jnp
        >>> check(Program(lambda x: jnp.log(x) + 1))(np.float32([1, 0]))
        Traceback (most recent call last):
        ...
        philtre.errors.NumericError: program 'lambda' expects finite numbers, got -inf from 'log' at ...
    """

    def checked(*args: Any, **kwargs: Any) -> Any:
        traced, arguments = program.at(*args, **kwargs)
        seen: list[Step] = []
        walking = steps(traced, arguments)
        while True:
            try:
                seen.append(next(walking))
            except StopIteration as end:
                results = dict(zip(traced.outputs, end.value, strict=True))
                break
        for array in results.values():
            if not _finite(array):
                raise _explained(program.name, array, seen)
        return next(iter(results.values())) if len(results) == 1 else results

    return checked


def _finite(array: Array) -> bool:
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def _explained(name: str, array: Array, seen: list[Step]) -> NumericError:
    origin = _origin(array, seen)
    if origin is None:
        return NumericError(f"program '{name}'", expected="finite numbers", got="NaN or infinity in what it was given")
    made = next(value for value in origin.outputs if not _finite(value))
    places = np.argwhere(~np.isfinite(made))
    return NumericError(
        f"program '{name}'",
        expected="finite numbers",
        got=f"{made[tuple(places[0])]} from '{origin.operation}' at {origin.source or 'an unknown line'}, "
        f"in {len(places)} of {made.size} entries, first at {places[0].tolist()}",
        hint="what went in was finite",
    )


def _origin(array: Array, seen: list[Step]) -> Step | None:
    """Follow the values back to the equation whose inputs were finite; of a loop or branch, the first inside."""
    makers = {id(made): step for step in seen for made in step.outputs}
    step = makers.get(id(array))
    while step is not None:
        bad = next((value for value in step.inputs if not _finite(value)), None)
        if bad is None:
            break
        step = makers.get(id(bad))
    if step is None or step.operation not in LOOPS:
        return step
    return next((inside for inside in seen if _makes(inside)), step)


def _makes(step: Step) -> bool:
    return all(map(_finite, step.inputs)) and not all(map(_finite, step.outputs))
