"""Open Inference Protocol, version 2, over REST with JSON tensors.

Reference: github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from philtre.errors import SignatureError
from philtre.fields import MISSING_TIME, AnyField, Array, Boolean, Category, Hashed, Tensor, Text, Timestamp, by_wire
from philtre.fields.field import check_shape
from philtre.signature import Signature


class InputTensor(msgspec.Struct):
    """A tensor of a request; data flat or nested, in row-major order."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]
    parameters: dict[str, Any] = {}


class RequestedOutput(msgspec.Struct):
    """An output that the client wants."""

    name: str
    parameters: dict[str, Any] = {}


class InferRequest(msgspec.Struct):
    """The body of an inference request."""

    inputs: list[InputTensor]
    id: str | None = None
    parameters: dict[str, Any] = {}
    outputs: list[RequestedOutput] = []


_decode = msgspec.json.Decoder(InferRequest).decode


def read(body: bytes, signature: Signature) -> tuple[InferRequest, dict[str, Array]]:
    """Decode a body and encode its tensors.

    Args:
        body: JSON.
        signature: the fields. Null in the data of a field states a missing value, where the field allows it.

    Raises:
        SignatureError: if the body is not such a request, or a tensor does not fit its field.
    """
    try:
        request = _decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        got = str(error) or "too many levels of nesting"
        raise SignatureError("request body", expected="an inference request in JSON", got=got) from None
    given = {tensor.name: tensor for tensor in request.inputs}
    names = by_wire(signature.inputs)
    _check_names([tensor.name for tensor in request.inputs], names, all_of_them=True)
    _check_names([output.name for output in request.outputs], by_wire(signature.outputs))
    arrays = {name: _array(given[wire], signature.inputs[name]) for wire, name in names.items()}
    return request, signature.check(arrays)


def _check_names(names: list[str], fields: Mapping[str, str], *, all_of_them: bool = False) -> None:
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    unknown = [name for name in names if name not in fields]
    absent = [name for name in fields if all_of_them and name not in names]
    if wrong := absent + unknown + twice:
        asked = f"{'all' if all_of_them else 'some'} of {list(fields)}, each once"
        raise SignatureError("request", expected=asked, got=f"{names}", field=wrong[0])


def answer(request: InferRequest, model: str, signature: Signature, outputs: Mapping[str, Array]) -> dict[str, Any]:
    """Describe outputs as a response."""
    names = by_wire(signature.outputs)
    wanted = [output.name for output in request.outputs] or list(names)
    tensors = [
        {
            "name": wire,
            "datatype": signature.outputs[names[wire]].datatype,
            "shape": list(outputs[names[wire]].shape),
            "data": outputs[names[wire]].ravel().tolist(),
        }
        for wire in wanted
    ]
    response = {"model_name": model, "model_version": "1", "outputs": tensors}
    return response if request.id is None else {"id": request.id, **response}


def _array(tensor: InputTensor, field: AnyField) -> Array:
    name, shape, data = tensor.name, tensor.shape, _flat(tensor)
    if tensor.datatype != field.datatype:
        raise _misfit(name, f"datatype {field.datatype}", repr(tensor.datatype))
    if 0 in shape[1:]:
        raise _misfit(name, "elements in every row", f"shape {shape}")
    if any(size < 0 for size in shape) or math.prod(shape) != len(data):
        raise _misfit(name, f"as many elements as shape {shape} says", f"{len(data)}")
    if isinstance(field, Tensor | Text):
        check_shape(tuple(shape), field.wire_shape, name)
        return _elements(data, field, name).reshape(shape)
    if len(shape) != 1:
        raise _misfit(name, "shape [n]", f"shape {shape}")
    return _column(data, field, name)


def _column(data: list[Any], field: AnyField, name: str) -> Array:
    """Values, null where missing; or what the wire has for them: -1, 0, 1 for booleans, buckets, microseconds, ""."""
    if isinstance(field, Category):
        return field.encode([None if value == "" and field.missing else value for value in data], name)
    stated = data
    if isinstance(field, Boolean | Hashed | Timestamp) and field.missing:
        missing = MISSING_TIME if isinstance(field, Timestamp) else -1
        stated = [missing if value is None else value for value in data]
    return _elements(stated, field, name) if set(map(type, stated)) == {int} else field.encode(data, name)


def _elements(data: list[Any], field: AnyField, name: str) -> Array:
    """Elements of exactly the kind that the datatype names: NumPy alone would cut fractions and read text."""
    dtype = field.wire_dtype
    if not _KINDS[dtype.kind].issuperset(map(type, data)):
        wrong = next(value for value in data if type(value) not in _KINDS[dtype.kind])
        raise _misfit(name, f"{field.datatype} elements", "null" if wrong is None else f"{wrong!r:.60}")
    try:
        with np.errstate(over="raise"):
            return np.array(data, dtype)
    except (OverflowError, FloatingPointError):
        raise _misfit(name, f"{field.datatype} elements", "one beyond its range") from None


_KINDS: dict[str, frozenset[type]] = {
    "b": frozenset({bool}),
    "i": frozenset({int}),
    "u": frozenset({int}),
    "f": frozenset({int, float}),
    "O": frozenset({str}),
}


def _flat(tensor: InputTensor) -> list[Any]:
    """Unnest lists of equal lengths, as many levels as the shape has."""
    data = tensor.data
    for _ in tensor.shape[1:]:
        if not data or not isinstance(data[0], list):
            break
        if {type(part) for part in data} != {list} or len({len(part) for part in data}) != 1:
            raise _misfit(tensor.name, "data that is flat, or nested lists of equal lengths", "another nesting")
        data = list(itertools.chain.from_iterable(data))
    return data


def _misfit(name: str, expected: str, got: str) -> SignatureError:
    return SignatureError(f"field '{name}'", expected=expected, got=got, field=name)
