"""The inputs and outputs of a graph, as onnxruntime names and types them, meet the fields of a signature."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from philtre.errors import ArtifactError
from philtre.fields import AnyField, Tensor, by_wire
from philtre.signature import Signature

MAX_BATCH = 1 << 16
MAX_ELEMENTS = 1 << 31

DTYPES = {"tensor(float)": "float32", "tensor(double)": "float64"} | {
    f"tensor({name})": name
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "string"
    )
}  # fmt: skip
_TYPES = {dtype: kind for kind, dtype in DTYPES.items()} | {"object": "tensor(string)"}

Size = int | str | None


class Port(NamedTuple):
    """An input or output of a graph."""

    name: str
    type: str
    """As onnxruntime writes it: ``tensor(float)``."""
    shape: tuple[Size, ...] | None
    """None for a size without a name; None as a whole where not even the rank is known."""
    labels: tuple[str | int, ...] = ()
    """Labels of the last axis, where a `ZipMap` gives them."""


def read_signature(
    inputs: Sequence[Port], outputs: Sequence[Port], where: str
) -> tuple[Signature, tuple[int, ...] | None]:
    """Describe the boundary of a graph that does not describe itself: every input and output is a tensor.

    The first axis is the batch where its size is free, unless it is named like an inner axis of an input; a size that
    all first axes of the inputs share is the one batch size.

    Returns:
        The signature and the batch sizes, None for any.

    Raises:
        ArtifactError: naming an input or output that is no tensor of a plain dtype, whose axes are not known, or
            whose size is beyond all memory.
    """
    inner = {size for port in inputs for size in (port.shape or ())[1:] if isinstance(size, str)}
    first = {port.shape[0] for port in inputs if port.shape}
    fixed = first.pop() if len(first) == 1 else None
    batch = fixed if isinstance(fixed, int) and 0 < fixed <= MAX_BATCH else None
    for port in inputs:
        if port.shape is None:
            raise _unfit(port, where, "an input whose number of axes is known", "of any number of axes")
    fields: list[dict[str, AnyField]] = [
        {port.name: _field(port, inner, batch, where) for port in ports} for ports in (inputs, outputs)
    ]
    signature = Signature(*fields)
    _check_sizes(signature, where)
    return signature, None if batch is None else (batch,)


def check_signature(
    signature: Signature, inputs: Sequence[Port], outputs: Sequence[Port], where: str
) -> tuple[int, ...] | None:
    """Compare a signature with the graph that it is said to describe.

    Returns:
        The batch size that the graph has fixed, as the only one; None for any.

    Raises:
        ArtifactError: if names, types, ranks or fixed sizes differ, or a size is beyond all memory.
    """
    batches: set[int] = set()
    for side, fields, ports in (("inputs", signature.inputs, inputs), ("outputs", signature.outputs, outputs)):
        names = by_wire(fields)
        if {*names} != {port.name for port in ports}:
            got = f"{[port.name for port in ports]} in the graph"
            raise ArtifactError(where, expected=f"the {side} {list(names)} of its signature", got=got, hint=_HINT)
        for port in ports:
            batches |= _compare(fields[names[port.name]], port, where)
    if len(batches) > 1 or not all(0 < size <= MAX_BATCH for size in batches):
        expected = f"one batch size of at most {MAX_BATCH:,}"
        raise ArtifactError(where, expected=expected, got=f"{sorted(batches)} in the graph")
    _check_sizes(signature, where)
    return tuple(batches) or None


_HINT = "the signature belongs to another graph"


def _field(port: Port, inner: set[str], batch: int | None, where: str) -> Tensor:
    if port.type not in DTYPES:
        raise _unfit(port, where, f"tensors of {', '.join(sorted(DTYPES.values()))}", port.type)
    if port.shape is None:
        return Tensor((None,), DTYPES[port.type])
    first = port.shape[0] if port.shape else ""
    free = first is None or first == batch or (isinstance(first, str) and first not in {*inner, ""})
    named = [f"{port.name}_{axis}" if size is None else size for axis, size in enumerate(port.shape)]
    shape = (None, *named[1:]) if free else tuple(named)
    return Tensor(shape, DTYPES[port.type], tuple(map(str, port.labels)))


def _check_sizes(signature: Signature, where: str) -> None:
    """Refuse fixed sizes that no memory holds: servers make such arrays, to pad and to warm up."""
    for name, field in (signature.inputs | signature.outputs).items():
        if math.prod(size for size in field.wire_shape if isinstance(size, int)) > MAX_ELEMENTS:
            got = f"shape {_shown(field.wire_shape)}"
            raise ArtifactError(f"{where}, '{name}'", expected=f"at most {MAX_ELEMENTS:,} elements a row", got=got)


def _compare(field: AnyField, port: Port, where: str) -> set[int]:
    """Gives the sizes that the graph has where the field has the batch."""
    shape = field.wire_shape
    sizes = shape if port.shape is None else port.shape
    fits = _TYPES[field.wire_dtype.name] == port.type and len(sizes) == len(shape)
    pairs = list(zip(shape, sizes, strict=False))
    if not fits or any(asked != size for asked, size in pairs if isinstance(asked, int) and isinstance(size, int)):
        asked = f"{_TYPES[field.wire_dtype.name]}{_shown(shape)}"
        got = f"{port.type}{_shown(sizes)} in the graph"
        raise ArtifactError(where, expected=f"'{port.name}' as {asked}, as its signature says", got=got, hint=_HINT)
    return {size for asked, size in pairs if asked is None and isinstance(size, int)}


def _shown(shape: Iterable[Size]) -> str:
    return f"[{', '.join('n' if size is None else str(size) for size in shape)}]"


def _unfit(port: Port, where: str, expected: str, got: str) -> ArtifactError:
    return ArtifactError(f"{where}, '{port.name}'", expected=expected, got=got)
