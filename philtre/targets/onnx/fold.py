"""Passes that put work into known weights: batch normalisation's factors and terms, the order of flattened axes."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from onnx import NodeProto, helper

from philtre.fields import Array
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.scope import reads
from philtre.targets.onnx.value import is_one, plain
from philtre.trace import is_symbolic


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


def flattened(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """Nodes where the rows of a known matrix stand in the order of axes before they were transposed and flattened."""
    uses = Counter([*outputs, *(name for node in nodes for name in reads(node))])
    makers = {name: node for node in nodes for name in node.output}
    made: list[NodeProto] = []
    for node in nodes:
        flat = makers.get(node.input[0]) if node.op_type == "MatMul" else None
        turned = makers.get(flat.input[0]) if flat is not None and flat.op_type == "Reshape" else None
        if flat is not None and turned is not None and uses[flat.output[0]] == uses[turned.output[0]] == 1:
            made += _reordered(g, turned, flat, node) or [node]
        else:
            made.append(node)
    return made


def _reordered(g: Graph, turned: NodeProto, flat: NodeProto, product: NodeProto) -> list[NodeProto]:
    weights, shape = g.constants.get(product.input[1]), g.tensors[turned.output[0]].stored
    kept = turned.op_type == "Transpose" and turned.attribute[0].ints[0] == 0
    if not kept or weights is None or weights.ndim != 2 or any(map(is_symbolic, shape[1:])):
        return []
    if len(g.tensors[flat.output[0]].stored) != 2 or weights.shape[0] != math.prod(shape[1:]):
        return []
    back = np.argsort(turned.attribute[0].ints)
    rows = np.arange(weights.shape[0]).reshape(shape[1:]).transpose(back[1:] - 1).ravel()
    unturned, multiplied = NodeProto(), NodeProto()
    unturned.CopyFrom(flat)
    multiplied.CopyFrom(product)
    own = g.tensors[flat.output[0]]
    unturned.name = g.name("Reshape")
    unturned.input[0] = turned.input[0]
    unturned.output[0] = g.known(replace(own, name=g.name("Reshape"))).name
    multiplied.input[:] = [unturned.output[0], g.constant(weights[rows]).name]
    return [unturned, multiplied]


def reshaped(g: Graph, nodes: Sequence[NodeProto]) -> list[NodeProto]:
    """Nodes where a transpose that moves only axes of one entry is a reshape, which costs nothing."""
    return [_without_moving(g, node) or node if node.op_type == "Transpose" else node for node in nodes]


def _without_moving(g: Graph, node: NodeProto) -> NodeProto | None:
    stored, order = g.tensors[node.input[0]].stored, list(node.attribute[0].ints)
    moving = [axis for axis in order if not is_one(stored[axis])]
    target = plain(stored, tuple(stored[axis] for axis in order))
    if moving != sorted(moving) or target is None:
        return None
    inputs = [node.input[0], g.constant(target, np.int64).name]
    return helper.make_node("Reshape", inputs, node.output, name=g.name("Reshape"))
