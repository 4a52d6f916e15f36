"""A trace turns a numeric function into equations, once, with symbolic sizes; every target reads the same ones.

This is the one file that touches JAX's internals (`jax.extend`, `jax.interpreters`, `jax._src`), so that a new
JAX release is one file's work: the equations, their source lines, the symbolic sizes, and the machinery that
a primitive of our own needs.
"""

import keyword
import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any

import jax
import jax.export
import numpy as np
from jax._src import config, source_info_util
from jax._src.export import shape_poly
from jax._src.lax import special as special_functions
from jax.extend.core import (
    ClosedJaxpr,
    InconclusiveDimensionOperation,
    Jaxpr,
    JaxprEqn,
    Literal,
    Primitive,
    Var,
    jaxpr_as_fun,
)
from jax.interpreters import ad, batching, mlir

from philtre.errors import SignatureError, UnsupportedError
from philtre.fields import Array
from philtre.pure import watched

__all__ = [
    "BATCH",
    "EXPANSIONS",
    "ClosedJaxpr",
    "Equation",
    "Factor",
    "Literal",
    "Primitive",
    "Spec",
    "Term",
    "Traced",
    "Var",
    "check_pure",
    "define_primitive",
    "evaluate",
    "function_of",
    "inner",
    "is_symbolic",
    "is_users",
    "is_users_file",
    "is_wide",
    "source_line",
    "template",
    "terms",
    "trace",
]

BATCH = "batch"
Equation = JaxprEqn
Size = Any
_STATIC = "must be statically specified"
_RESERVED = frozenset({"max", "min", "mod", "floordiv", "non_negative"})
_HOUSE = f"{Path(__file__).parent}{os.sep}"


@dataclass(frozen=True)
class Spec:
    """Shape and dtype of an array of a program.

    Args:
        shape: sizes of the axes; None is the batch (axis 0), a string a named symbol.
        dtype: dtype inside the program.
    """

    shape: tuple[int | str | None, ...]
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class Traced:
    """The equations of a function, with the specs of its inputs and outputs by name.

    Args:
        jaxpr: the equations and the arrays that the function closed over. Its arguments are the parameters, then
            the inputs.
        inputs: one spec per input, in order.
        outputs: one spec per result, in order; a size computed from symbols is written as a formula.
        x64: whether it was traced with 64-bit dtypes.
        parameters: the weights by their path, such as "dense_0.kernel", in the order of the arguments.
    """

    jaxpr: ClosedJaxpr
    inputs: dict[str, Spec]
    outputs: dict[str, Spec]
    x64: bool
    parameters: dict[str, Array] = field(default_factory=dict)


def trace(
    function: Callable[..., Mapping[str, Any]],
    inputs: Mapping[str, Spec],
    *,
    x64: bool,
    parameters: Mapping[str, Array] = MappingProxyType({}),
) -> Traced:
    """Trace a function of arrays, without running it.

    Args:
        function: takes one array per parameter and then one per input, by position, and returns a dict of arrays.
        inputs: specs of the inputs, in order. All symbols share one scope: equal names are equal sizes.
        x64: whether 64-bit dtypes keep their width (`jax.enable_x64`); without, those of parameters are narrowed.
        parameters: weights by path.
    Raises:
        SignatureError: if a symbol is no identifier, or `x64` is false and an input has 64 bits.
        UnsupportedError: if the function's Python code depends on the value of an array, or on the size
            of a symbolic axis; it names the user's line.
    """
    names: list[str] = []

    def flat(*arrays: Any) -> list[Any]:
        results = function(*arrays)
        names[:] = results
        return list(results.values())

    with jax.enable_x64(x64), _reported(), watched(_printed_at) as printed:
        weights = {path: _narrowed(np.asarray(array)) for path, array in parameters.items()}
        shapes = [jax.ShapeDtypeStruct(array.shape, array.dtype) for array in weights.values()]
        jaxpr = jax.make_jaxpr(flat)(*shapes, *_templates(inputs, x64))
    if any(isinstance(constant, jax.core.Tracer) for constant in jaxpr.consts):
        raise _left_behind("")
    if printed:
        raise UnsupportedError(
            "print while tracing", target="trace", source=printed[0],
            hint="a program is a pure function: jax.debug.print prints values on xla, program.steps shows them all",
        )  # fmt: skip
    outputs = {name: _spec(aval) for name, aval in zip(names, jaxpr.out_avals, strict=True)}
    return Traced(jaxpr, dict(inputs), outputs, x64, weights)


def is_wide() -> bool:
    """Whether JAX's 64-bit mode is on here; cheaper than entering it to be sure."""
    return bool(config.enable_x64.value)


def _narrowed(array: Array) -> Array:
    return array.astype(jax.dtypes.canonicalize_dtype(array.dtype), copy=False)


def _templates(inputs: Mapping[str, Spec], x64: bool) -> list[jax.ShapeDtypeStruct]:
    symbols = sorted({name for spec in inputs.values() for name in map(_symbol, spec.shape) if name})
    for name in symbols:
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) or keyword.iskeyword(name) or name in _RESERVED:
            raise SignatureError(
                f"symbolic axis '{name}'", expected="a plain identifier", got=repr(name), hint='such as "length"'
            )
    sizes = dict(zip(symbols, jax.export.symbolic_shape(",".join(symbols)), strict=True)) if symbols else {}
    templates = []
    for name, spec in inputs.items():
        if jax.dtypes.canonicalize_dtype(spec.dtype) != spec.dtype:
            raise SignatureError(
                f"input '{name}'", expected="a dtype of at most 32 bits, since x64=False", got=spec.dtype.name,
                hint="set x64=True, or declare a 32-bit dtype", field=name,
            )  # fmt: skip
        shape = [sizes[symbol] if (symbol := _symbol(size)) else size for size in spec.shape]
        templates.append(jax.ShapeDtypeStruct(shape, spec.dtype))
    return templates


def _symbol(size: int | str | None) -> str | None:
    return BATCH if size is None else size if isinstance(size, str) else None


def _spec(aval: Any) -> Spec:
    shape = [str(size) if is_symbolic(size) else int(size) for size in aval.shape]
    if shape[:1] == [BATCH]:
        return Spec((None, *shape[1:]), np.dtype(aval.dtype))
    return Spec(tuple(shape), np.dtype(aval.dtype))


@contextmanager
def _reported() -> Iterator[None]:
    """Turn JAX's errors about values and sizes that a trace does not know into ours, with the user's line."""
    try:
        yield
    except (jax.errors.NonConcreteBooleanIndexError, jax.errors.ConcretizationTypeError) as error:
        if not isinstance(error, jax.errors.NonConcreteBooleanIndexError) and _STATIC not in str(error):
            raise _values_needed(error) from error
        raise UnsupportedError(
            "a shape that depends on values", target="trace", source=_raised_at(error),
            hint="use jnp.where, or give the size: jnp.nonzero(mask, size=10)",
        ) from error  # fmt: skip
    except jax.errors.UnexpectedTracerError as error:
        raise _left_behind(_raised_at(error)) from error
    except jax.errors.TracerArrayConversionError as error:
        raise UnsupportedError(
            "a NumPy or Python function of a traced array", target="trace", source=_raised_at(error),
            hint="use jax.numpy in place of numpy",
        ) from error  # fmt: skip
    except jax.errors.TracerIntegerConversionError as error:
        raise _values_needed(error) from error
    except (InconclusiveDimensionOperation, TypeError) as error:
        if "item assignment" in str(error):
            raise UnsupportedError(
                "an assignment into an array", target="trace", source=_raised_at(error),
                hint="use x.at[index].set(value), which gives a new array",
            ) from error  # fmt: skip
        if isinstance(error, TypeError) and shape_poly._DimExpr.__name__ not in str(error):
            raise
        raise UnsupportedError(
            _headline(error), target="symbolic sizes", source=_raised_at(error), supported=("concrete sizes",),
            hint="Python code must not branch on the size of a symbolic axis",
        ) from error  # fmt: skip


def _left_behind(source: str) -> UnsupportedError:
    return UnsupportedError(
        "an array that an earlier trace left behind", target="trace", source=source,
        hint="a program is a pure function: it returns its results and keeps nothing",
    )  # fmt: skip


def _values_needed(error: Exception) -> UnsupportedError:
    return UnsupportedError(
        "Python code that needs the value of a traced array", target="trace", source=_raised_at(error),
        hint="use jnp.where, jax.lax.cond or jax.lax.fori_loop",
    )  # fmt: skip


def _headline(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _raised_at(error: Exception) -> str:
    frames = [(f.filename, f.lineno or 0, f.name) for f in reversed(traceback.extract_tb(error.__traceback__))]
    return _first_user_line(frames)


def _printed_at(frame: FrameType) -> str:
    return _first_user_line([(f.f_code.co_filename, line, f.f_code.co_name) for f, line in traceback.walk_stack(frame)])


def check_pure(first: Traced, second: Traced) -> None:
    """Refuse a function that gave other equations when it was traced again.

    Raises:
        UnsupportedError: if it reads a clock, random numbers of NumPy's, or something that its calls change; it names
            the user's line, where that can be told.
    """
    constants = zip(first.jaxpr.consts, second.jaxpr.consts, strict=False)
    same = all(a is b or np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f") for a, b in constants)
    if same and str(first.jaxpr.jaxpr) == str(second.jaxpr.jaxpr):
        return
    pairs = zip(first.jaxpr.eqns, second.jaxpr.eqns, strict=False)
    differing = next((own for own, other in pairs if _shown(own) != _shown(other)), None)
    raise UnsupportedError(
        "a function that differs from one trace to the next", target="trace",
        source=source_line(differing) if differing else "",
        hint="a program is a pure function: give it times, random keys and counters as inputs",
    )  # fmt: skip


def _shown(equation: Equation) -> str:
    """The primitive, its parameters and literal arguments; names of variables count from trace to trace."""
    literals = [str(atom.val) for atom in equation.invars if isinstance(atom, Literal)]
    return f"{equation.primitive} {equation.params} {literals}"


def source_line(equation: Equation) -> str:
    """Say where the user's code made an equation, as ``"file.py:12 (function)"``; empty when nothing is known."""
    frames = source_info_util.user_frames(equation.source_info.traceback)
    return _first_user_line([(f.file_name, f.start_line, f.function_name) for f in frames])


def is_users_file(path: str) -> bool:
    """Whether a source file is the user's: neither JAX's nor this package's."""
    return source_info_util.is_user_filename(path) and not path.startswith(_HOUSE)


def _first_user_line(frames: Sequence[tuple[str, int, str]]) -> str:
    """Format the innermost frame outside JAX and this package, given innermost first."""
    for path, line, function in frames:
        if is_users_file(path):
            return f"{Path(path).name}:{line} ({function.rpartition('.')[2]})"
    return ""


@dataclass(frozen=True)
class Factor:
    """A symbol, or `operation` ("floordiv", "mod", "max", "min") of two sizes, raised to a power."""

    symbol: str | None
    operation: str | None
    operands: tuple[Size, ...]
    power: int


@dataclass(frozen=True)
class Term:
    """A coefficient times a product of factors."""

    coefficient: int
    factors: tuple[Factor, ...]


def is_symbolic(size: Size) -> bool:
    """Whether the size of an axis is a symbol or a formula of symbols, not a number."""
    return isinstance(size, shape_poly._DimExpr)


def terms(size: Size) -> list[Term]:
    """Write a symbolic size as a sum of terms."""
    return [
        Term(coefficient, tuple(Factor(f.var, f.operation, tuple(f.operands), power) for f, power in term._factors))
        for term, coefficient in size._sorted_terms
    ]


_INNER = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
    "checkpoint": "jaxpr",
    "remat2": "jaxpr",
}


def inner(equation: Equation) -> ClosedJaxpr | None:
    """The equations inside one that only calls others (jit, custom_jvp_call, checkpoint, ...); None for the rest."""
    parameter = _INNER.get(equation.primitive.name)
    if parameter is None:
        return None
    body = equation.params[parameter]
    return ClosedJaxpr(body, ()) if isinstance(body, Jaxpr) else body


def template(variable: Any) -> jax.ShapeDtypeStruct:
    """Shape and dtype of an argument or result of an equation."""
    return jax.ShapeDtypeStruct(variable.aval.shape, variable.aval.dtype)


def is_users(jaxpr: ClosedJaxpr) -> bool:
    """Whether equations come from a function in the user's code, not in a library's."""
    written = jaxpr.jaxpr.debug_info.func_src_info or ""
    path = written.partition(" at ")[2].rpartition(":")[0]
    return bool(path) and is_users_file(path)


def evaluate(equation: Equation, arrays: Sequence[Any], *, x64: bool) -> list[np.ndarray[Any, Any]]:
    """Run one equation on arrays."""
    with jax.enable_x64(x64):
        results = equation.primitive.bind(*map(jax.numpy.asarray, arrays), **equation.params)
        return [np.asarray(result) for result in (results if equation.primitive.multiple_results else [results])]


def function_of(jaxpr: ClosedJaxpr | Jaxpr, consts: Sequence[Any] = ()) -> Callable[..., list[Any]]:
    """Make a function of the equations inside another one, such as those that combine two entries in a reduction."""
    return jaxpr_as_fun(jaxpr if isinstance(jaxpr, ClosedJaxpr) else ClosedJaxpr(jaxpr, consts))  # type: ignore[no-any-return]


EXPANSIONS: dict[str, Callable[..., Any]] = {
    "bessel_i0e": special_functions.bessel_i0e_impl,
    "igamma": special_functions._up_and_broadcast(special_functions.igamma_impl),
    "igammac": special_functions._up_and_broadcast(special_functions.igammac_impl),
    "igamma_grad_a": special_functions._up_and_broadcast(special_functions.igamma_grad_a_impl),
    "regularized_incomplete_beta": special_functions._up_and_broadcast(
        special_functions.regularized_incomplete_beta_impl
    ),
}
"""Functions that JAX itself lowers as formulas of others, by primitive: they take the arguments."""


def define_primitive(
    name: str,
    *,
    implementation: Callable[..., list[Any]],
    jvp: Callable[..., tuple[Sequence[Any], Sequence[Any]]],
    batch: Callable[..., tuple[Sequence[Any], Sequence[Any]]],
    static: Sequence[str],
    platforms: Mapping[str, Callable[..., list[Any]]] | None = None,
) -> Primitive:
    """Make a JAX primitive with several results whose evaluation, shapes and XLA lowering are one function's.

    Args:
        name: how traces name it.
        implementation: takes arrays, and parameters by keyword; returns a list of arrays.
        jvp: takes primals, tangents (None where zero) and parameters; returns results and their tangents,
            None where zero.
        batch: takes arrays, their mapped axes (None where not mapped) and parameters; returns results, axes.
        static: names of the parameters.
        platforms: implementations that XLA takes instead on some platforms, by name ("cpu", "gpu", "tpu").
    """

    def abstract(*avals: Any, **parameters: Any) -> list[Any]:
        templates = [jax.ShapeDtypeStruct(aval.shape, aval.dtype) for aval in avals]
        results = jax.eval_shape(lambda *arrays: implementation(*arrays, **parameters), *templates)
        return [jax.core.ShapedArray(result.shape, result.dtype) for result in results]

    def push(primals: Sequence[Any], tangents: Sequence[Any], **parameters: Any) -> tuple[Any, Any]:
        known = [None if isinstance(tangent, ad.Zero) else tangent for tangent in tangents]
        results, changes = jvp(primals, known, **parameters)
        zeros = [ad.Zero(jax.typeof(result).to_tangent_aval()) for result in results]
        return results, [zero if change is None else change for change, zero in zip(changes, zeros, strict=True)]

    primitive = Primitive(name)
    primitive.multiple_results = True
    primitive.def_impl(jax.jit(primitive.bind, static_argnames=tuple(static)))
    primitive.def_abstract_eval(abstract)
    ad.primitive_jvps[primitive] = push
    batching.primitive_batchers[primitive] = batch
    mlir.register_lowering(primitive, mlir.lower_fun(implementation, multiple_results=True))
    for platform, special in (platforms or {}).items():
        mlir.register_lowering(primitive, mlir.lower_fun(special, multiple_results=True), platform=platform)
    return primitive
