"""Open Inference Protocol, version 2, over REST with JSON tensors.

Reference: github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from philtre.errors import SignatureError
from philtre.fields import AnyField, Array, Tensor
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
    if len(given) != len(request.inputs) or set(given) != set(signature.inputs):
        names = [tensor.name for tensor in request.inputs]
        absent = [name for name in signature.inputs if name not in given] or names
        raise SignatureError(
            "request", expected=f"the inputs {list(signature.inputs)}", got=f"{names}", field=next(iter(absent), None)
        )
    unknown = [output.name for output in request.outputs if output.name not in signature.outputs]
    if unknown:
        raise SignatureError(
            "request", expected=f"outputs of {list(signature.outputs)}", got=f"{unknown}", field=unknown[0]
        )
    arrays = {name: _array(given[name], field) for name, field in signature.inputs.items()}
    return request, signature.check(arrays)


def answer(request: InferRequest, model: str, signature: Signature, outputs: Mapping[str, Array]) -> dict[str, Any]:
    """Describe outputs as a response."""
    wanted = [output.name for output in request.outputs] or list(signature.outputs)
    tensors = [
        {
            "name": name,
            "datatype": signature.outputs[name].datatype,
            "shape": list(outputs[name].shape),
            "data": outputs[name].ravel().tolist(),
        }
        for name in wanted
    ]
    response = {"model_name": model, "model_version": "1", "outputs": tensors}
    return response if request.id is None else {"id": request.id, **response}


def _array(tensor: InputTensor, field: AnyField) -> Array:
    name, shape, data = tensor.name, tensor.shape, _flat(tensor.data)
    if any(size < 0 for size in shape) or math.prod(shape) != len(data):
        raise SignatureError(
            f"field '{name}'", expected=f"{math.prod(shape)} elements, as shape {shape} says", got=f"{len(data)}",
            field=name,
        )  # fmt: skip
    if tensor.datatype != field.datatype:
        raise SignatureError(
            f"field '{name}'", expected=f"datatype {field.datatype}", got=f"{tensor.datatype!r}", field=name
        )
    if isinstance(field, Tensor):
        values = np.array(data, object) if field.wire_dtype.kind == "O" else _numbers(data, field, name)
        return values.reshape(shape)
    if len(shape) != 1:
        raise SignatureError(f"field '{name}'", expected="shape [n]", got=f"shape {shape}", field=name)
    in_wire_form = field.wire_dtype.kind in "if" and all(type(value) in (int, float) for value in data)
    return _numbers(data, field, name) if in_wire_form else field.encode(data, name)


def _numbers(data: Sequence[Any], field: AnyField, name: str) -> Array:
    if not isinstance(field, Tensor) and field.wire_dtype.kind == "f":
        return field.encode(data, name)
    try:
        with np.errstate(over="raise"):
            return np.array(data, field.wire_dtype)
    except (ValueError, TypeError, OverflowError, FloatingPointError):
        raise SignatureError(
            f"field '{name}'", expected=f"{field.datatype} numbers", got="others", field=name
        ) from None


def _flat(data: list[Any]) -> list[Any]:
    """Unnest lists of equal depth."""
    while data and isinstance(data[0], list):
        if not all(isinstance(part, list) for part in data):
            raise SignatureError("request body", expected="data nested to one depth", got="lists beside elements")
        data = [value for part in data for value in part]
    return data
