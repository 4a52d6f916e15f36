"""A pass that puts known factors and terms of channels, such as batch normalisation's, into the weights before them."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from onnx import NodeProto

from philtre.fields import Array
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.scope import reads


def folded(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """Nodes where a convolution does the work of the known Mul or Add that alone takes its result; it stays, unused."""
    uses = Counter([*outputs, *(name for node in nodes for name in reads(node))])
    convolutions: dict[str, NodeProto] = {}
    made: list[NodeProto] = []
    for node in nodes:
        found = _convolution_and_constant(g, node, convolutions) if node.op_type in ("Add", "Mul") else None
        if found is not None and uses[found[0].output[0]] == 1:
            node = _with(g, found[0], node, found[1])
        if node.op_type == "Conv":
            convolutions[node.output[0]] = node
        made.append(node)
    return made


def _convolution_and_constant(
    g: Graph, node: NodeProto, convolutions: dict[str, NodeProto]
) -> tuple[NodeProto, Array] | None:
    for name, other in (node.input, reversed(node.input)):
        convolution, known = convolutions.get(name), g.constants.get(other)
        if convolution is None or known is None or any(each not in g.constants for each in convolution.input[1:]):
            continue
        channels = _by_channel(known, g.constants[convolution.input[1]])
        if channels is not None:
            return convolution, channels
    return None


def _by_channel(known: Array, weights: Array) -> Array | None:
    """One number for each channel; None if they differ along other axes."""
    if known.ndim > weights.ndim:
        return None
    whole = known.reshape((1,) * (weights.ndim - known.ndim) + known.shape)
    if whole.shape[1] not in (1, weights.shape[0]) or whole.size != whole.shape[1]:
        return None
    return np.broadcast_to(whole.ravel(), weights.shape[:1])


def _with(g: Graph, convolution: NodeProto, node: NodeProto, channels: Array) -> NodeProto:
    weights = g.constants[convolution.input[1]]
    none = np.zeros(weights.shape[0], weights.dtype)
    bias = g.constants[convolution.input[2]] if len(convolution.input) > 2 else none
    if node.op_type == "Mul":
        weights = weights * channels.reshape(-1, *(1,) * (weights.ndim - 1))
        bias = bias * channels
    else:
        bias = bias + channels
    joined = NodeProto()
    joined.CopyFrom(convolution)
    joined.input[:] = [convolution.input[0], g.constant(weights).name, g.constant(bias).name]
    joined.output[:] = node.output
    return joined
