"""The last pass over the nodes: outputs get their names, what nothing needs is dropped, MatMul and Add join."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from onnx import NodeProto, helper

from philtre.targets.onnx.axes import untransposed
from philtre.targets.onnx.fold import flattened, folded, reshaped
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.scope import reads, renamed
from philtre.targets.onnx.value import Value, is_one


def finished(g: Graph, outputs: Mapping[str, Value]) -> list[NodeProto]:
    """Order of execution, from the inputs and constants to the outputs by name."""
    return tidied(g, _named(g, outputs), outputs)


def tidied(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """What outputs need, in the order of execution, with nodes joined where one does the work of two."""
    nodes = _needed(untransposed(g, _needed(nodes, outputs), outputs), outputs)
    nodes = reshaped(g, flattened(g, folded(g, nodes, outputs), outputs))
    nodes = _needed(_joined(g, _needed(nodes, outputs), outputs), outputs)
    return _needed(_summed(g, nodes, outputs), outputs)


def _named(g: Graph, outputs: Mapping[str, Value]) -> list[NodeProto]:
    """Rename each output's tensor; inputs, constants and tensors that two outputs share are copied."""
    made = {name for node in g.nodes for name in node.output}
    names: dict[str, str] = {}
    copies = []
    for name, value in outputs.items():
        if value.name in made and value.name not in names:
            names[value.name] = name
        else:
            source = names.get(value.name, value.name)
            copies.append(helper.make_node("Identity", [source], [name], name=g.name("Identity")))
    g.tensors.update({new: g.tensors[old] for old, new in names.items()})
    return [renamed(node, names) for node in g.nodes] + copies


def _needed(nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    wanted = set(outputs)
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(reads(node))
            kept.append(node)
    return kept[::-1]


def _joined(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """Make one Gemm of a product of matrices that only a sum takes."""
    uses = Counter([*outputs, *(name for node in nodes for name in reads(node))])
    products = {node.output[0]: node for node in nodes if node.op_type == "MatMul" and _is_matrices(g, node)}
    joined = []
    for node in nodes:
        pair = _product_and_bias(g, node, products) if node.op_type == "Add" else None
        if pair is not None and uses[pair[0].output[0]] == 1:
            inputs = [*pair[0].input, pair[1]]
            node = helper.make_node("Gemm", inputs, node.output, name=g.name("Gemm"))
        joined.append(node)
    return joined


def _is_matrices(g: Graph, node: NodeProto) -> bool:
    return all(len(g.tensors[name].stored) == 2 and g.tensors[name].dtype.kind == "f" for name in node.input)


def _product_and_bias(g: Graph, add: NodeProto, products: Mapping[str, NodeProto]) -> tuple[NodeProto, str] | None:
    for product, bias in (add.input, reversed(add.input)):
        if product in products and _spreads(g.tensors[bias], g.tensors[product]):
            return products[product], bias
    return None


def _spreads(bias: Value, product: Value) -> bool:
    """Whether a tensor broadcasts to the product without enlarging it."""
    sizes = zip(bias.stored[::-1], product.stored[::-1], strict=False)
    return len(bias.stored) <= 2 and all(is_one(size) or size == whole for size, whole in sizes)


def _summed(g: Graph, nodes: Sequence[NodeProto], outputs: Iterable[str]) -> list[NodeProto]:
    """Make one Sum of the terms that a LayerNormalization takes.

    onnxruntime 1.31 fuses an Add with it into a SkipLayerNormalization that takes five times as long as both.
    """
    uses = Counter([*outputs, *(name for node in nodes for name in reads(node))])
    sums = {node.output[0]: node for node in nodes if node.op_type == "Add"}
    wanted = {node.input[0] for node in nodes if node.op_type == "LayerNormalization"}
    return [_sum(g, node, sums, uses) if node.output[0] in wanted & sums.keys() else node for node in nodes]


def _sum(g: Graph, add: NodeProto, sums: Mapping[str, NodeProto], uses: Mapping[str, int]) -> NodeProto:
    left, right = add.input
    terms = [left, right]
    for inner, other in ((left, right), (right, left)):
        if len(terms) == 2 and inner in sums and uses[inner] == 1:
            terms = [*sums[inner].input, other]
    return helper.make_node("Sum", terms, add.output, name=g.name("Sum"))
