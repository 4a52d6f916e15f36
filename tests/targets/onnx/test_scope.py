"""Scopes: what is inside sees what is outside, not the other way round; what never changes moves out of loops."""

import numpy as np
from jax import lax

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.scope import reads
from philtre.targets.onnx.value import Value


def graph():
    g = Graph(["x"])
    return g, g.known(Value("x", (3,), (3,), np.dtype(np.float32)))


def test_a_loops_invariant_work_belongs_outside_a_branchs_stays():
    g, x = graph()
    body = g.inside(repeated=True)
    branch = body.inside(repeated=False)
    body.apply("Exp", x)
    branch.apply("Tanh", x)
    own = body.apply("Sin", body.receives("row", x))
    assert [[node.op_type for node in scope.nodes] for scope in (g, body, branch)] == [["Exp"], ["Sin"], ["Tanh"]]
    assert body.is_inside(own.name)
    assert not branch.is_inside(own.name)


def test_equal_nodes_are_shared_from_outside_in_only():
    g, x = graph()
    outer = g.apply("Exp", x)
    branch = g.inside(repeated=False)
    assert branch.apply("Exp", x).name == outer.name
    inner = branch.apply("Tanh", x)
    assert g.apply("Tanh", x).name != inner.name


def test_names_are_unique_over_all_scopes():
    g, x = graph()
    names = {scope.apply("Neg", x).name for scope in (g.inside(repeated=False), g.inside(repeated=False))}
    assert len(names) == 2
    assert g.name("x") == "x_1"
    assert g.parameter("x", np.zeros(2)).name == "x_2"


def test_a_node_reads_what_its_graphs_take_from_outside(convert):
    x = np.ones((3, 4), np.float32)
    model = convert(lambda x: lax.fori_loop(0, 2, lambda i, s: s + x * s.sum(), x), x).graph
    loop = next(node for node in model.node if node.op_type == "Loop")
    assert "x0" in set(reads(loop))
