"""Writing the file: the graph as a message, the weights behind it as they lie in memory, copied once."""

from collections.abc import Mapping, Sequence

import numpy as np
from onnx import GraphProto, ModelProto, OperatorSetIdProto, TensorProto, helper, numpy_helper

from philtre.fields import Array
from philtre.protobuf import encode_head

_GRAPH, _INITIALIZER, _RAW = 7, 5, 9


def packed(graph: GraphProto, versions: Sequence[OperatorSetIdProto], weights: Mapping[str, Array]) -> bytes:
    """Serialize a model; the same graph and weights give the same bytes.

    Args:
        graph: it, without weights.
        versions: operator sets, of `helper.make_opsetid`.
        weights: by name.
    """
    model: ModelProto = helper.make_model(
        GraphProto(),
        opset_imports=versions,
        ir_version=helper.find_min_ir_version_for(versions),
        producer_name="philtre",
    )
    model.ClearField("graph")
    parts: list[bytes | memoryview] = [graph.SerializeToString(deterministic=True)]
    for name, content in weights.items():
        tensor = _tensor(name, content)
        parts += [encode_head(_INITIALIZER, sum(map(len, tensor))), *tensor]
    head = encode_head(_GRAPH, sum(map(len, parts)))
    return b"".join([model.SerializeToString(deterministic=True), head, *parts])


def _tensor(name: str, content: Array) -> list[bytes | memoryview]:
    """The message of a tensor, its entries last and as they are."""
    content = content.astype(content.dtype.newbyteorder("="), copy=False)
    if content.dtype.kind not in "biuf":
        return [numpy_helper.from_array(content, name).SerializeToString(deterministic=True)]
    kind = helper.np_dtype_to_tensor_dtype(content.dtype)
    head = TensorProto(name=name, dims=content.shape, data_type=kind).SerializeToString(deterministic=True)
    raw = np.ascontiguousarray(content).reshape(-1).view(np.uint8).data
    return [head, encode_head(_RAW, len(raw)), raw]
