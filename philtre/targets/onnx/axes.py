"""A pass that moves transposes towards the outputs until they meet their inverse: NHWC programs around NCHW operators.

A tensor may be known as a transpose of another, its view. Operators that treat all axes alike, or name them, run on
the source of the view, and their result is a view again; only what cannot makes the transpose.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import GraphProto, NodeProto, helper

from philtre.targets.onnx.boundary import declare
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.scope import reads, renamed
from philtre.targets.onnx.value import Value, is_one

Order = tuple[int, ...]

_ALIKE = frozenset(
    {"Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitwiseAnd", "BitwiseNot", "BitwiseOr"}
    | {"BitwiseXor", "Cast", "Ceil", "Clip", "Cos", "Cosh", "Div", "Equal", "Erf", "Exp", "Floor", "Gelu", "Greater"}
    | {"GreaterOrEqual", "Identity", "IsNaN", "Less", "LessOrEqual", "Log", "Max", "Min", "Mod", "Mul", "Neg", "Not"}
    | {"Or", "Pow", "Reciprocal", "Relu", "Round", "Sigmoid", "Sign", "Sin", "Sinh", "Sqrt", "Sub", "Tan", "Tanh"}
    | {"Where", "Xor"}
)
"""Operators that treat all axes alike."""
_NAMING = {"Concat": 0, "Pad": 1, "Slice": 3} | {f"Reduce{name}": 1 for name in ("Max", "Mean", "Min", "Prod", "Sum")}
"""Operators that name axes, and the input that does."""


def untransposed(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """Nodes with fewer transposes, if that can be."""
    if _count(nodes) == 0:
        return list(nodes)
    moved = _Pass(g, set(outputs)).run(nodes)
    return moved if _count(moved) <= _count(nodes) else list(nodes)


def _count(nodes: Iterable[NodeProto]) -> int:
    own = 0
    for node in nodes:
        own += node.op_type == "Transpose"
        own += sum(_count(attribute.g.node) for attribute in node.attribute if attribute.HasField("g"))
    return own


@dataclass
class _Pass:
    """One walk over nodes.

    Args:
        graph: knows constants and the shapes of tensors.
        outputs: tensors that must exist under their own name.
        views: the source and order of each tensor that is a transpose and has not been made.
        same: tensors that turned out to be others.
        final: names of outputs, by the tensors that turned out to be them.
        nodes: those made so far.
    """

    graph: Graph
    outputs: set[str]
    views: dict[str, tuple[str, Order]] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    final: dict[str, str] = field(default_factory=dict)
    nodes: list[NodeProto] = field(default_factory=list)

    def run(self, nodes: Iterable[NodeProto]) -> list[NodeProto]:
        """Walk in the order of execution."""
        for node in nodes:
            node = renamed(node, self.same)
            if not self._moved(node):
                for name in dict.fromkeys(reads(node)):
                    self._make(name)
                self.nodes.append(node)
            for name in sorted(self.outputs.intersection(node.output)):
                self._make(name)
        return [renamed(node, self.final) for node in self.nodes]

    def _make(self, name: str) -> None:
        """Carry the transpose of a view out."""
        if name in self.views:
            source, order = self.views.pop(name)
            self.nodes.append(_transpose(self.graph, source, name, order))
        elif name in self.outputs and name in self.same:
            self._give(self.same[name], name)

    def _give(self, source: str, name: str) -> None:
        """Let a tensor be an output, under the output's name if it has no other reason for its own."""
        made_here = any(source in node.output for node in self.nodes)
        if made_here and source not in self.outputs and source not in self.final:
            self.final[source] = name
        else:
            self.nodes.append(helper.make_node("Identity", [source], [name], name=self.graph.name("Identity")))

    def _moved(self, node: NodeProto) -> bool:
        """Let the node run on the sources of views, where it can."""
        if node.op_type == "Transpose":
            return self._composed(node)
        seen = [self.views[name][1] for name in dict.fromkeys(reads(node)) if name in self.views]
        if node.op_type == "If" and seen and node.input[0] not in self.views:
            return self._branched(node, seen)
        if not seen or any(order != seen[0] for order in seen):
            return False
        if node.op_type in _ALIKE:
            return self._alike(node, seen[0])
        return node.op_type in _NAMING and node.input[0] in self.views and self._named(node, seen[0])

    def _composed(self, node: NodeProto) -> bool:
        order: Order = tuple(node.attribute[0].ints)
        name, source = node.output[0], node.input[0]
        if source in self.views:
            source, before = self.views[source]
            order = tuple(before[axis] for axis in order)
        if order == tuple(range(len(order))):
            self.same[name] = source
        else:
            self.views[name] = (source, order)
        return True

    # ---- operators

    def _alike(self, node: NodeProto, order: Order) -> bool:
        turned = [self._turned(name, order) for name in node.input]
        if any(name is None for name in turned):
            return False
        self._emit(node, [name or "" for name in turned], order)
        return True

    def _turned(self, name: str, order: Order) -> str | None:
        """The tensor that runs beside the source of a view; constants are turned now."""
        if name in self.views:
            return self.views[name][0]
        if name == "" or all(map(is_one, self.graph.tensors[name].stored)):
            return name
        content = self.graph.constants.get(name)
        if content is None or content.ndim > len(order):
            return None
        whole = content.reshape((1,) * (len(order) - content.ndim) + content.shape)
        return self.graph.constant(whole.transpose(np.argsort(order))).name

    def _named(self, node: NodeProto, order: Order) -> bool:
        """Operators that name axes, in an attribute or a constant."""
        rank, source = len(order), self.views[node.input[0]][0]
        if node.op_type == "Concat":
            if not all(name in self.views for name in node.input):
                return False
            axis = order[node.attribute[0].i]
            self._emit(node, [self.views[name][0] for name in node.input], order, axis=axis)
            return True
        place = _NAMING[node.op_type]
        known = self.graph.constants.get(node.input[place]) if len(node.input) > place else np.arange(rank)
        if known is None:
            return False
        if node.op_type == "Pad":
            back = np.argsort(order)
            inputs = [source, self._vector(known.reshape(2, rank)[:, back].ravel()), *node.input[2:]]
        else:
            axes = [order[axis] for axis in known.tolist()]
            inputs = [source, *node.input[1:place], self._vector(axes), *node.input[place + 1 :]]
            order = _left(node, order, axes)
        self._emit(node, inputs, order)
        return True

    def _vector(self, content: Any) -> str:
        return self.graph.constant(np.asarray(content, np.int64)).name

    def _emit(self, node: NodeProto, inputs: Sequence[str], order: Order, axis: int | None = None) -> None:
        """Make the node on other inputs, and its result a view."""
        made = NodeProto()
        made.CopyFrom(node)
        made.input[:] = inputs
        made.output[:] = [self._source_of(name, order) for name in node.output]
        if axis is not None:
            made.attribute[0].i = axis
        self.nodes.append(made)

    def _source_of(self, output: str, order: Order) -> str:
        """Name the source of a view that a node is about to make; the tensor itself, if no axis moves."""
        if order == tuple(range(len(order))):
            return output
        name = _known_like(self.graph, output, np.argsort(order))
        self.views[output] = (name, order)
        return name

    # ---- branches

    def _branched(self, node: NodeProto, seen: Sequence[Order]) -> bool:
        """Take transposes into the branches: those of what they read, and the inverse of what they give if it fits."""
        order = seen[0]
        ranks = {len(self.graph.tensors[name].stored) for name in node.output}
        fits = ranks == {len(order)} and all(other == order for other in seen)
        read = {name: self.views[name] for name in dict.fromkeys(reads(node)) if name in self.views}
        made = NodeProto()
        made.CopyFrom(node)
        for attribute in made.attribute:
            attribute.g.CopyFrom(self._branch(attribute.g, read, order if fits else None))
        if fits:
            made.output[:] = [self._source_of(name, order) for name in node.output]
        self.nodes.append(made)
        return True

    def _branch(self, body: GraphProto, read: Mapping[str, tuple[str, Order]], order: Order | None) -> GraphProto:
        g = self.graph
        names = {name: _known_like(g, name, range(len(along))) for name, (_, along) in read.items()}
        nodes = [_transpose(g, source, names[name], along) for name, (source, along) in read.items()]
        nodes += [renamed(node, names) for node in body.node]
        results = [value.name for value in body.output]
        if order is not None:
            back = np.argsort(order)
            turned = [_known_like(g, name, back) for name in results]
            nodes += [_transpose(g, name, new, back) for name, new in zip(results, turned, strict=True)]
            results = turned
        outputs = [declare(g.tensors[name]) for name in results]
        return GraphProto(name=body.name, node=_Pass(g, set(results)).run(nodes), output=outputs)


def _left(node: NodeProto, order: Order, axes: Sequence[int]) -> Order:
    """The order of what a reduction leaves, given the axes of the source that it reduces."""
    if node.op_type == "Slice" or all(attribute.i for attribute in node.attribute if attribute.name == "keepdims"):
        return order
    left = [axis for axis in order if axis not in axes]
    return tuple(sorted(left).index(axis) for axis in left)


def _known_like(g: Graph, name: str, back: Iterable[int]) -> str:
    like = g.tensors[name]
    shape = tuple(like.stored[axis] for axis in back)
    return g.known(Value(g.name(name), shape, shape, like.dtype)).name


def _transpose(g: Graph, source: str, name: str, order: Iterable[int]) -> NodeProto:
    return helper.make_node("Transpose", [source], [name], name=g.name("Transpose"), perm=[int(axis) for axis in order])
