"""Does a target say what JAX says? A case is run on it, and its answers are compared with XLA's and the truth's.

The truth is the same program in float64, and of float64 programs NumPy's answer; how far a target may be from XLA is
`philtre.deviation`'s. NaN, infinities, shapes, dtypes and whole numbers are XLA's, and of exact cases every bit.
"""

import contextlib
import functools
import warnings
from enum import Enum
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from philtre.deviation import allowed, distance
from philtre.errors import UnsupportedError
from philtre.executable import Executable
from philtre.fields import Tensor
from philtre.program import Program
from philtre.runtime import OnnxExecutable
from philtre.targets import onnx
from philtre.targets.numpy import interpret
from tests.conformance.case import Array, Case, Inputs
from tests.conformance.programs import CASES

WIDENED = {"float16": "float64", "bfloat16": "float64", "float32": "float64", "complex64": "complex128"}


class Verdict(Enum):
    AGREES = "agrees"
    REFUSED = "refused"
    DIFFERS = "differs"


class Outcome(NamedTuple):
    """What became of a case on a target."""

    verdict: Verdict
    detail: str = ""
    """The refusal, or where the answers part."""


def examine(case: Case, dtype: str, target: str) -> Outcome:
    """Run a case on a target and compare."""
    inputs = case.inputs(_dtype(dtype))
    try:
        got = run(case, inputs, target)
    except UnsupportedError as error:
        return Outcome(Verdict.REFUSED, error.operation)
    except Exception as error:
        return Outcome(Verdict.DIFFERS, f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0][:300]}")
    detail = difference(case, got, wanted(case, dtype), truth(case, dtype))
    return Outcome(Verdict.DIFFERS, detail) if detail else Outcome(Verdict.AGREES)


def run(case: Case, inputs: tuple[Array, ...], target: str) -> list[Array]:
    """Compile the case for a target and run it; outputs as their own dtypes."""
    program, dtypes = wrapped(case, inputs)
    arrays = [carried(array) for array in inputs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = program.compile(target)(*arrays)
    answers = list(answers.values()) if isinstance(answers, dict) else [answers]
    return [restored(answer, dtype) for answer, dtype in zip(answers, dtypes, strict=True)]


def run_traced(target: str, program: Program, arrays: list[Array]) -> list[Array]:
    """Build for a target and run: no signature is checked, no warning given, XLA not asked."""
    traced = program.traced()
    if target == "numpy":
        return interpret(traced.jaxpr, arrays, x64=traced.x64)
    signature = program.signature
    executable: Executable
    if target == "torch":
        from philtre.targets.torch import compile_torch

        executable = compile_torch(traced, signature)
    else:
        executable = OnnxExecutable(onnx.build(traced, signature), signature)
    return list(executable.run(dict(zip(signature.inputs, arrays, strict=True))).values())


def wrapped(case: Case, inputs: tuple[Array, ...]) -> tuple[Program, list[Any]]:
    """Wrap what the boundary does not carry: bfloat16 crosses as float32, complex numbers as pairs."""
    kinds = [array.dtype for array in inputs]
    shapes = case.axes or [array.shape for array in inputs]
    fields = {
        f"x{i}": Tensor((*shape, *array.shape[len(shape) :]), array.dtype.name)
        for i, (shape, array) in enumerate(zip(shapes, map(carried, inputs), strict=True))
    }

    def function(*arrays: Any) -> dict[str, Any]:
        own = [_uncarried(array, kind) for array, kind in zip(arrays, kinds, strict=True)]
        return {f"y{i}": _carry(leaf) for i, leaf in enumerate(jax.tree.leaves(case.function(*own)))}

    with jax.enable_x64(is_wide(inputs)):
        templates = [jax.ShapeDtypeStruct(array.shape, array.dtype) for array in inputs]
        leaves = jax.tree.leaves(jax.eval_shape(case.function, *templates))
    return Program(function, inputs=fields, name=case.name, x64=is_wide(inputs)), [leaf.dtype for leaf in leaves]


def is_wide(inputs: tuple[Array, ...]) -> bool:
    """Whether any input needs JAX's 64-bit mode."""
    return any(array.dtype.name in ("int64", "uint64", "float64", "complex128") for array in inputs)


def carried(array: Array) -> Array:
    """An array as it crosses the boundary."""
    if array.dtype == ml_dtypes.bfloat16:
        return array.astype(np.float32)
    return np.stack([array.real, array.imag], -1) if array.dtype.kind == "c" else array


def _uncarried(array: Any, kind: Any) -> Any:
    return jax.lax.complex(array[..., 0], array[..., 1]) if kind.kind == "c" else array.astype(kind)


def _carry(leaf: Any) -> Any:
    if leaf.dtype == jnp.bfloat16:
        return leaf.astype(jnp.float32)
    return jnp.stack([leaf.real, leaf.imag], -1) if leaf.dtype.kind == "c" else leaf


def restored(array: Array, dtype: Any) -> Array:
    """An array that has crossed the boundary, in its own dtype."""
    if dtype == ml_dtypes.bfloat16:
        return array.astype(dtype)
    return array[..., 0] + 1j * array[..., 1] if dtype.kind == "c" else array


def wanted(case: Case, dtype: str) -> list[Array]:
    """XLA's answers."""
    return _family(case, dtype, False)[case.name]


def truth(case: Case, dtype: str) -> list[Array]:
    """The answers in float64; of float64 programs NumPy's, and where nothing is gained XLA's own."""
    inputs = case.inputs(_dtype(dtype))
    if not case.exact and dtype in ("float64", "complex128"):
        with contextlib.suppress(UnsupportedError):
            return _numpy(case, dtype)
    widened = any(array.dtype.name in WIDENED for array in inputs)
    return _family(case, dtype, not case.exact and widened)[case.name]


@functools.cache
def _numpy(case: Case, dtype: str) -> list[Array]:
    return run(case, case.inputs(_dtype(dtype)), "numpy")


def _family(case: Case, dtype: str, wide: bool) -> dict[str, list[Array]]:
    return _answers(case.inputs, dtype, wide, case.exact)


@functools.cache
def _answers(inputs: Inputs, dtype: str, wide: bool, exact: bool) -> dict[str, list[Array]]:
    """Run all cases of the same inputs at once, since XLA compiles one large program sooner than many small ones."""
    functions = {c.name: c.function for c in CASES if c.inputs is inputs and dtype in c.dtypes and c.exact == exact}
    arrays = inputs(_dtype(dtype))
    if wide:
        arrays = tuple(array.astype(WIDENED.get(array.dtype.name, array.dtype)) for array in arrays)
    with jax.enable_x64(is_wide(arrays)):
        answers = jax.jit(lambda *args: {name: function(*args) for name, function in functions.items()})(*arrays)
    return {name: [np.asarray(leaf) for leaf in jax.tree.leaves(answer)] for name, answer in answers.items()}


def difference(case: Case, got: list[Array], wanted: list[Array], truth: list[Array] | None) -> str:
    """Say where answers part; the empty text where they agree. Without the truth, XLA's error is assumed."""
    for i, (answer, xla, exact) in enumerate(zip(got, wanted, truth or [None] * len(got), strict=True)):
        if (answer.shape, answer.dtype) != (xla.shape, xla.dtype):
            return f"output {i}: {answer.dtype}{list(answer.shape)}, wanted {xla.dtype}{list(xla.shape)}"
        wrong = _wrong(case, answer, xla, exact)
        if wrong.any():
            at = tuple(map(int, np.argwhere(wrong)[0]))
            place = f"output {i}{list(at)}" if at else f"output {i}"
            return f"{place}: {answer[at]!s}, wanted {xla[at]!s} ({wrong.sum()} of {wrong.size} entries)"
    return ""


def _wrong(case: Case, got: Array, xla: Array, exact: Array | None) -> Array:
    if xla.dtype.kind == "c":
        real, imag = (None, None) if exact is None else (exact.real, exact.imag)
        return _wrong(case, got.real, xla.real, real) | _wrong(case, got.imag, xla.imag, imag)
    room = 0 if case.exact else allowed(xla, exact, elementwise=case.elementwise)
    wrong = distance(got, xla) > room
    if xla.dtype.kind in "iub" or not (case.signed and (case.exact or case.elementwise)):
        return wrong
    return wrong | ((got == 0) & (xla == 0) & (np.signbit(got) != np.signbit(xla)))


def _dtype(name: str) -> Any:
    return np.dtype(jnp.dtype(name))
