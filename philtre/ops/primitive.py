"""The one primitive behind every operation: evaluation, shapes, derivatives, batching and XLA come from the body."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.trace import ClosedJaxpr, Equation, define_primitive, template

Body = Callable[..., Any]
Options = dict[str, Any]
Batch = Callable[[list[Any], list[int | None], Options], tuple[list[Any], Options, int] | None]
Resolve = Callable[[list[Any], Options], Options]
Static = tuple[tuple[str, Any], ...]
Places = tuple[bool, ...]

_BODIES: dict[str, Body] = {}
_ON_CPU: dict[str, Body] = {}
_BATCHES: dict[str, Batch] = {}


def operation(
    name: str, *, batch: Batch | None = None, resolve: Resolve | None = None, cpu: Body | None = None
) -> Callable[[Body], Body]:
    """Make an operation of a jnp function: one equation in a trace, carrying `name` and its keyword options.

    The function is the body, and the meaning on every target; a target's table may map the name to a kernel. The
    body takes arrays (None for one left out) and, by keyword only, hashable options; it returns an array or a
    tuple of arrays, and should name every dtype it makes, so that float32 stays float32 under
    `jax.enable_x64`.

    Args:
        name: unique; targets know the operation by it.
        batch: how `jax.vmap` keeps the operation: takes (arrays, mapped axes or None, options), arrays with
            None for one left out, and returns (arrays, options, mapped axis of the results), or None to map the
            body instead, the default.
        resolve: checks a call and gives its options one spelling, the one that targets see: takes (arrays,
            options), returns options.
        cpu: another body of the same meaning that XLA takes on CPUs, where it is faster.
    Raises:
        SignatureError: if the name is taken.
    Example:
        >>> @operation("double")
        ... def double(x):
        ...     return x + x
        >>> print(jax.grad(double)(3.0))
        2.0
    """
    if name in _BODIES:
        raise SignatureError(f"operation '{name}'", expected="a new name", got="one that is taken")

    def decorate(body: Body) -> Body:
        _BODIES[name] = body
        if batch is not None:
            _BATCHES[name] = batch
        if cpu is not None:
            _ON_CPU[name] = cpu
        signature = inspect.signature(body)

        @functools.wraps(body)
        def call(*positional: Any, **named: Any) -> Any:
            bound = signature.bind(*positional, **named)
            bound.apply_defaults()
            arrays = [None if array is None else jnp.asarray(array) for array in bound.args]
            options = resolve(arrays, bound.kwargs) if resolve else bound.kwargs
            present = [array for array in arrays if array is not None]
            given = tuple(array is not None for array in arrays)
            results = operation_p.bind(*present, name=name, options=tuple(sorted(options.items())), given=given)
            return tuple(results) if len(results) > 1 else results[0]

        return call

    return decorate


def _run(*arrays: Any, name: str, options: Static, given: Places) -> list[Any]:
    return _call(_BODIES[name], arrays, options, given)


def _run_on_cpu(*arrays: Any, name: str, options: Static, given: Places) -> list[Any]:
    return _call(_ON_CPU.get(name, _BODIES[name]), arrays, options, given)


def _run_here(*arrays: Any, **parameters: Any) -> list[Any]:
    """Run the body that suits the default device: a derivative or a map expands it before the platform is known."""
    return (_run_on_cpu if jax.default_backend() == "cpu" else _run)(*arrays, **parameters)


def _call(body: Body, arrays: Sequence[Any], options: Static, given: Places) -> list[Any]:
    results = body(*_spread(arrays, given), **dict(options))
    return list(results) if isinstance(results, tuple | list) else [results]


def _spread(present: Sequence[Any], given: Places) -> list[Any]:
    """Put what is present at its places among the arguments; None marks one that was left out."""
    supply = iter(present)
    return [next(supply) if here else None for here in given]


def _jvp(primals: Sequence[Any], tangents: Sequence[Any], **parameters: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    """Differentiate the body in the arguments whose tangent is not zero."""
    moving = [index for index, tangent in enumerate(tangents) if tangent is not None]

    def along(*moved: Any) -> list[Any]:
        arguments = list(primals)
        for index, value in zip(moving, moved, strict=True):
            arguments[index] = value
        return _run_here(*arguments, **parameters)

    results, changes = jax.jvp(along, [primals[i] for i in moving], [tangents[i] for i in moving])
    return results, [None if change.dtype == jax.dtypes.float0 else change for change in changes]


def _batch(
    arrays: Sequence[Any], axes: Sequence[int | None], *, name: str, options: Static, given: Places
) -> tuple[Sequence[Any], Sequence[Any]]:
    rule = _BATCHES.get(name)
    kept = rule(_spread(arrays, given), _spread(axes, given), dict(options)) if rule else None
    if kept is not None:
        moved, changed, axis = kept
        present = [array for array in moved if array is not None]
        results = operation_p.bind(*present, name=name, options=tuple(sorted(changed.items())), given=given)
        return results, [axis] * len(results)
    mapped = jax.vmap(functools.partial(_run_here, name=name, options=options, given=given), in_axes=tuple(axes))
    results = mapped(*arrays)
    return results, [0] * len(results)


operation_p = define_primitive(
    "operation",
    implementation=_run,
    platforms={"cpu": _run_on_cpu},
    jvp=_jvp,
    batch=_batch,
    static=("name", "options", "given"),
)


def body(equation: Equation, *, x64: bool, here: bool = False) -> ClosedJaxpr:
    """Trace the body of an operation's equation, for targets that have no kernel for its name.

    Args:
        equation: of the operation.
        x64: whether it is traced with 64-bit dtypes.
        here: whether it is the body that XLA takes on the default device.
    """
    templates = map(template, equation.invars)
    with jax.enable_x64(x64):
        return jax.make_jaxpr(functools.partial(_run_here if here else _run, **equation.params))(*templates)


def on_last_axis(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int] | None:
    """Batch rule of operations that work on the last axis of the first array and share the other arrays."""
    first, *others = axes
    if first is None or any(axis is not None for axis in others):
        return None
    return [jnp.moveaxis(arrays[0], first, 0), *arrays[1:]], options, 0
