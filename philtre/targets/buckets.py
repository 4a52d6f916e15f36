"""One graph with a free batch where that has one meaning, else buckets: one graph per batch size.

With a symbolic batch, ``if x.shape[0] == 1`` silently takes the false branch. `differs` finds that out by comparing
the symbolic trace with concrete ones.
"""

import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from philtre.errors import UnsupportedError
from philtre.executable import Executable, template
from philtre.fields import AnyField, Array, Category, Hashed, Text
from philtre.runtime import OnnxExecutable
from philtre.signature import Signature
from philtre.trace import Traced

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
COMPARED_SIZES = (1, 2, 3)
KEPT = 32


class BucketExecutable(Executable):
    """Converts one graph per batch size when it is first asked for, and keeps the most recent ones.

    Args:
        build: batch size to the executable for exactly that size.
        signature: the fields at the boundary, with a free batch axis.
    """

    def __init__(self, build: Callable[[int], Executable], signature: Signature) -> None:
        self.signature = signature
        self.batch_sizes = BATCH_SIZES
        self._graph = lru_cache(maxsize=KEPT)(build)

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        n = self.signature.batch(arrays)
        return self._graph(n).run(arrays) if n else template(self.signature)


def compile_onnx(
    traced: Callable[[int | None], Traced],
    graph: Callable[[int | None], bytes],
    signature: Signature,
    *,
    reference: Executable,
    name: str,
) -> Executable:
    """Convert to one graph with a free batch where that has one meaning, else to buckets, and warn why.

    Args:
        traced: batch size, or None for a free batch, to the trace.
        graph: the same to the ONNX file's bytes.
        signature: the fields at the boundary.
        reference: runs concrete traces; the free graph is compared with it.
        name: the program's name, for the warning.

    Raises:
        UnsupportedError: if the program cannot be converted at any batch size.
    """
    free = any(field.batched for field in signature.inputs.values())
    try:
        executable = OnnxExecutable(graph(None), signature)
        reason = _disagreement(executable, traced, reference) if free else ""
    except UnsupportedError as error:
        if not free:
            raise
        graph(BATCH_SIZES[1])
        reason = str(error)
    if not reason:
        return executable
    warnings.warn(f"program '{name}' becomes one graph per batch size: {reason}", stacklevel=4)
    return BucketExecutable(lambda n: OnnxExecutable(graph(n), signature, batch_sizes=(n,)), signature)


def _disagreement(executable: Executable, traced: Callable[[int | None], Traced], reference: Executable) -> str:
    symbolic = traced(None)
    for n in COMPARED_SIZES:
        if not same_trace(symbolic, traced(n), n) and not same_answers(executable, reference, n):
            return f"at batch {n} a free batch answers otherwise (a Python branch on the size?)"
    return ""


def same_trace(symbolic: Traced, concrete: Traced, n: int) -> bool:
    """Whether a symbolic trace, read at batch `n`, is the concrete trace to the letter."""
    constants = zip(symbolic.jaxpr.consts, concrete.jaxpr.consts, strict=False)
    return _written(symbolic, n) == _written(concrete, n) and all(np.array_equal(a, b) for a, b in constants)


def _written(traced: Traced, n: int) -> str:
    """The equations as text, less what depends on the width of a line."""
    return re.sub(r"\s+", "", re.sub(r"\bbatch\b", str(n), str(traced.jaxpr.jaxpr)))


def same_answers(symbolic: Executable, concrete: Executable, n: int) -> bool:
    """Whether two executables answer the same `n` random rows alike, within float tolerance."""
    arrays = probe(symbolic.signature, n)
    ours, theirs = symbolic.run(arrays), concrete.run(arrays)
    return all(
        ours[name].shape == theirs[name].shape
        and (
            bool(np.allclose(ours[name], theirs[name], rtol=1e-4, atol=1e-5, equal_nan=True))
            if ours[name].dtype.kind == "f"
            else np.array_equal(ours[name], theirs[name])
        )
        for name in symbolic.signature.outputs
    )


def probe(signature: Signature, n: int) -> dict[str, Array]:
    """Random valid wire arrays with `n` rows; other free axes have 3 elements."""
    random = np.random.default_rng(0)
    arrays = {}
    for name, field in signature.inputs.items():
        shape = [size if isinstance(size, int) else n if size is None else 3 for size in field.wire_shape]
        dtype = field.core_dtype
        values = random.normal(size=shape) if dtype.kind == "f" else random.integers(0, _codes(field), shape)
        arrays[name] = field.from_core(values.astype(dtype))
    return arrays


def _codes(field: AnyField) -> int:
    """How many codes a field of whole numbers has; of numbers at large the first two will do."""
    if isinstance(field, Hashed):
        return field.buckets
    known = field.values if isinstance(field, Category) else field.words if isinstance(field, Text) else ("", "")
    return max(len(known), 1)
