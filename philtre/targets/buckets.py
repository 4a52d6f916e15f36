"""One graph with free sizes where that has one meaning, else buckets: one graph per sizes.

With a symbolic batch, ``if x.shape[0] == 1`` silently takes the false branch. `compiled` finds that out by comparing
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
from philtre.signature import Signature
from philtre.trace import BATCH, Traced

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)
KEPT = 32
_COMPARED = 3
Sizes = Mapping[str, int]


class BucketExecutable(Executable):
    """Converts one graph per sizes when they are first asked for, and keeps the most recent ones.

    Args:
        build: sizes of all symbols to the executable for exactly these.
        signature: the fields at the boundary, with free axes.
    """

    def __init__(self, build: Callable[[Sizes], Executable], signature: Signature) -> None:
        self.signature = signature
        if any(field.batched for field in signature.inputs.values()):
            self.batch_sizes = BATCH_SIZES
        self._graph = lru_cache(maxsize=KEPT)(lambda items: build(dict(items)))

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        if not self.signature.batch(arrays):
            return template(self.signature)
        return self._graph(tuple(self.signature.sizes(arrays).items())).run(arrays)


def compiled(
    build: Callable[[Sizes], Executable],
    traced: Callable[[Sizes], Traced],
    signature: Signature,
    *,
    reference: Executable,
    name: str,
) -> Executable:
    """Build one graph with free sizes where that has one meaning, else buckets, and warn why.

    Args:
        build: sizes of all symbols, or none of them for free ones, to an executable.
        traced: the same to the trace.
        signature: the fields at the boundary.
        reference: runs concrete traces; the free graph is compared with it.
        name: the program's name, for the warning.

    Raises:
        UnsupportedError: if the program cannot be built at any sizes.
    """
    symbols = list(
        dict.fromkeys(
            BATCH if size is None else size
            for field in signature.inputs.values()
            for size in field.wire_shape
            if not isinstance(size, int)
        )
    )
    try:
        executable = build({})
        reason = _disagreement(executable, traced, reference, symbols) if symbols else ""
    except UnsupportedError as error:
        if not symbols:
            raise
        build(_sizes(symbols, 1))
        reason = str(error)
    if not reason:
        return executable
    warnings.warn(f"program '{name}' becomes one graph per {' and '.join(symbols)} size: {reason}", stacklevel=4)
    return BucketExecutable(build, signature)


def _sizes(symbols: list[str], turn: int) -> dict[str, int]:
    """Sizes 1 to 3, another one for each symbol."""
    return {symbol: 1 + (turn + i) % _COMPARED for i, symbol in enumerate(symbols)}


def _disagreement(
    executable: Executable, traced: Callable[[Sizes], Traced], reference: Executable, symbols: list[str]
) -> str:
    symbolic = traced({})
    for turn in range(_COMPARED):
        sizes = _sizes(symbols, turn)
        if not same_trace(symbolic, traced(sizes), sizes) and not same_answers(executable, reference, sizes):
            shown = ", ".join(f"{symbol} {size}" for symbol, size in sizes.items())
            return f"at {shown} a free size answers otherwise (a Python branch on the size?)"
    return ""


def same_trace(symbolic: Traced, concrete: Traced, sizes: Sizes) -> bool:
    """Whether a symbolic trace, read at some sizes, is the concrete trace to the letter."""
    constants = zip(symbolic.jaxpr.consts, concrete.jaxpr.consts, strict=False)
    return _written(symbolic, sizes) == _written(concrete, sizes) and all(np.array_equal(a, b) for a, b in constants)


def _written(traced: Traced, sizes: Sizes) -> str:
    """The equations as text, less what depends on the width of a line."""
    text = str(traced.jaxpr.jaxpr)
    for symbol, size in sizes.items():
        text = re.sub(rf"\b{symbol}\b", str(size), text)
    return re.sub(r"\s+", "", text)


def same_answers(symbolic: Executable, concrete: Executable, sizes: Sizes) -> bool:
    """Whether two executables answer the same random arrays alike, within float tolerance."""
    arrays = probe(symbolic.signature, sizes)
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


def probe(signature: Signature, sizes: Sizes) -> dict[str, Array]:
    """Random valid wire arrays of some sizes."""
    random = np.random.default_rng(0)
    arrays = {}
    for name, field in signature.inputs.items():
        shape = [size if isinstance(size, int) else sizes[size or BATCH] for size in field.wire_shape]
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
