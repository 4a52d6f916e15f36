"""A trace and a signature to the bytes of an ONNX file."""

from collections.abc import Sequence
from typing import Any

from onnx import helper

from philtre.errors import SignatureError
from philtre.fields import by_wire
from philtre.signature import Signature
from philtre.targets.onnx import (  # noqa: F401  (each enters its rules in the tables)
    attention,
    bits,
    contraction,
    conversion,
    convolution,
    cumulative,
    elementwise,
    formula,
    grid,
    indexing,
    layout,
    operation,
    order,
    random,
    recurrent,
    reduction,
    refused,
    scatter,
    special,
    tree,
    trigonometry,
    window,
)
from philtre.targets.onnx.boundary import declare, emit, receive
from philtre.targets.onnx.finish import finished
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.guard import guarded
from philtre.targets.onnx.lower import Lowering
from philtre.targets.onnx.pack import packed
from philtre.targets.onnx.scope import HIGHEST, LATEST, LOWEST, reads
from philtre.targets.onnx.value import Value
from philtre.trace import Traced

_ML_OPSET = 4


def build(traced: Traced, signature: Signature, *, opset: int | None = None) -> bytes:
    """Turn a trace into an ONNX file whose inputs and outputs are the signature's fields, in wire form.

    Args:
        traced: the numeric function.
        signature: the fields; their wire names become the names of the inputs and outputs, letter for letter.
        opset: highest ONNX operator set to use, 18 to 26, or 23 by default; the file states the lowest that serves.
    Returns:
        A serialized ModelProto; the same trace gives the same bytes.
    Raises:
        UnsupportedError: if ONNX or onnxruntime lacks an operation; it names the user's line.
        SignatureError: if a field cannot carry what the function takes or gives, or a name is used twice.
    """
    highest = _checked(opset)
    given, made = by_wire(signature.inputs), by_wire(signature.outputs)
    twice = sorted(set(given) & set(made))
    if twice:
        raise SignatureError("onnx", expected="inputs and outputs of different names", got=f"{twice} on both sides")
    g = Graph([*given, *made], highest)
    wires, core = [], [g.parameter(path, array) for path, array in traced.parameters.items()]
    for (name, own), aval in zip(given.items(), _input_avals(traced), strict=True):
        field = signature.inputs[own]
        wire = Value(name, tuple(aval.shape), tuple(aval.shape), field.wire_dtype)
        wires.append(wire)
        core.append(receive(g, wire, field, aval.dtype))
    results = guarded(g, lambda scope: Lowering(scope, x64=traced.x64).run(traced.jaxpr, core))
    by_name = dict(zip(traced.outputs, results, strict=True))
    outputs = {name: g.full(emit(g, name, by_name[own], signature.outputs[own])) for name, own in made.items()}
    return _packed(g, wires, outputs)


def supports(traced: Traced) -> list[str]:
    """Name the operations that keep a trace from this target; empty if it can be built."""
    missing: list[str] = []
    g = Graph()
    arguments = [g.parameter(path, array) for path, array in traced.parameters.items()]
    for name, aval in zip(traced.inputs, _input_avals(traced), strict=True):
        arguments.append(Value(name, tuple(aval.shape), tuple(aval.shape), aval.dtype))
        g.bind_symbols(arguments[-1])
    Lowering(g, x64=traced.x64, missing=missing).run(traced.jaxpr, arguments)
    return list(dict.fromkeys(missing))


def _input_avals(traced: Traced) -> Sequence[Any]:
    avals: Sequence[Any] = traced.jaxpr.in_avals[len(traced.parameters) :]
    return avals


def _checked(opset: int | None) -> int:
    if opset is not None and not LOWEST <= opset <= LATEST:
        raise SignatureError("onnx", expected=f"an opset of {LOWEST} to {LATEST}", got=str(opset))
    return opset or HIGHEST


def _packed(g: Graph, inputs: list[Value], outputs: dict[str, Value]) -> bytes:
    nodes = finished(g, outputs)
    declared = [declare(Value(name, v.shape, v.shape, v.dtype)) for name, v in outputs.items()]
    graph = helper.make_graph(nodes, "philtre", [declare(wire) for wire in inputs], declared)
    versions = [helper.make_opsetid("", g.opset)]
    versions += [helper.make_opsetid(domain, _ML_OPSET) for domain in sorted(g.domains - {""})]
    used = {name for node in nodes for name in reads(node)}
    return packed(graph, versions, {name: content for name, content in g.constants.items() if name in used})
