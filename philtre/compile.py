"""Making a program ready for a target."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from philtre.artifact import Options
from philtre.errors import SignatureError, UnsupportedError
from philtre.executable import Executable
from philtre.runtime import OnnxExecutable
from philtre.signature import Signature
from philtre.targets import onnx
from philtre.targets.auto import Candidate, choose
from philtre.targets.buckets import compiled
from philtre.targets.choice import RUNTIMES
from philtre.targets.numpy import NumpyExecutable
from philtre.targets.numpy import supports as numpy_supports
from philtre.trace import BATCH, Traced

if TYPE_CHECKING:
    from philtre.program import Program

Sizes = Mapping[str, int]


def compile_program(program: "Program", signature: Signature, target: str, device: str) -> Executable:
    """Make a program with declared inputs ready for a target.

    Args:
        program: it.
        signature: its fields.
        target: name of the target.
        device: for torch, such as "cuda"; the others have the CPU, or what JAX has.

    Raises:
        UnsupportedError: if the target lacks an operation, or the program is not pure.
        SignatureError: if there is no such device.
        MissingPackage: if the target's package is not installed.
    """
    if device != "cpu" and target != "torch":
        raise SignatureError(f"compile for '{target}'", expected='the device "cpu"', got=repr(device))
    try:
        return _MAKERS[target](program, signature, device)
    except UnsupportedError as error:
        if error.target != target:
            raise
        others = [other for other in RUNTIMES if other != target and _runs(program.any_trace(), other)]
        raise UnsupportedError(
            error.operation, target=target, source=error.source, supported=others, hint=error.advice
        ) from None


def _runs(traced: Traced, target: str) -> bool:
    return (target != "torch" or find_spec("torch") is not None) and not gaps(traced, target)


def _xla(program: "Program", signature: Signature, device: str) -> Executable:
    return program.xla


def _onnx(program: "Program", signature: Signature, device: str) -> Executable:
    program.check_pure()

    return _onnx_with(Options(), program, signature)


def _onnx_with(options: Options, program: "Program", signature: Signature) -> Executable:
    def build(sizes: Sizes) -> Executable:
        if not sizes:
            return OnnxExecutable(program.graph_bytes, signature, options=options)
        graph = onnx.build(program.traced(sizes), signature)
        fixed = (sizes[BATCH],) if BATCH in sizes else None
        return OnnxExecutable(graph, signature, options=options, batch_sizes=fixed)

    return compiled(build, program.traced, signature, reference=program.xla, name=program.name)


def _auto(program: "Program", signature: Signature, device: str) -> Executable:
    program.check_pure()
    candidates = [
        Candidate(name, partial(_onnx_with, options, program, signature), options) for name, options in _ONNX.items()
    ]
    candidates.append(Candidate("xla", lambda: program.xla))
    if find_spec("torch"):
        candidates.append(Candidate("torch", lambda: program.compile("torch")))
    traced = program.any_trace()
    weights = [(array.shape, array.dtype.name) for array in (*traced.parameters.values(), *traced.jaxpr.consts)]
    return choose(candidates, signature, [str(traced.jaxpr.jaxpr), weights, traced.x64])


_ONNX = {
    "onnx": Options(),
    "onnx, 1 thread": Options(threads=1),
    "onnx, extended": Options(level="extended"),
    "onnx, 1 thread, extended": Options(threads=1, level="extended"),
}


def _torch(program: "Program", signature: Signature, device: str) -> Executable:
    from philtre.targets.torch import compile_torch

    program.check_pure()

    def build(sizes: Sizes) -> Executable:
        return compile_torch(program.traced(sizes), signature, device=device)

    return compiled(build, program.traced, signature, reference=program.xla, name=program.name)


def _numpy(program: "Program", signature: Signature, device: str) -> Executable:
    program.check_pure()
    return NumpyExecutable(program.traced, signature)


_MAKERS: dict[str, Callable[["Program", Signature, str], Executable]] = {
    "xla": _xla,
    "onnx": _onnx,
    "torch": _torch,
    "numpy": _numpy,
    "auto": _auto,
}


def gaps(traced: Traced, target: str) -> list[str]:
    """Name the operations that keep a trace from a target; empty if it can run there.

    Raises:
        MissingPackage: if the target's package is not installed.
    """
    if target == "onnx":
        return onnx.supports(traced)
    if target == "numpy":
        return numpy_supports(traced)
    if target == "torch":
        from philtre.targets.torch import supports

        return supports(traced)
    return []
