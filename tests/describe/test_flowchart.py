"""The drawing of a program as a Mermaid flowchart: balanced, escaped, and of a size that Mermaid takes."""

import re

import jax
import jax.numpy as jnp
import pytest

from philtre.describe.flowchart import EDGES, LETTERS
from philtre.fields import Tensor
from philtre.program import program

NODE = re.compile(r'^ +n\d+(\(\["|\[\("|\["|\[/")([^"]*)("\]\)|"\)\]|"\]|"/\])$')
FRAME = re.compile(r'^ +subgraph g\d+\["[^"]*"\]$')
EDGE = re.compile(r"^ +(n\d+) --> (n\d+)$")


def check(chart):
    """What a reader of Mermaid asks: every line is a node, a frame or an edge; frames close; edges join nodes."""
    head, *lines = chart.splitlines()
    assert head == "flowchart TD"
    depth, names = 0, set()
    for line in lines:
        if NODE.match(line):
            names.add(line.split()[0].partition("(")[0].partition("[")[0])
        elif FRAME.match(line):
            depth += 1
        elif line.strip() == "end":
            depth -= 1
        else:
            assert set(EDGE.match(line).groups()) <= names
        assert depth >= 0
    assert depth == 0
    frames = re.findall(r"subgraph (g\d+)", chart)
    assert len(frames) == len(set(frames))


def test_a_small_program_word_for_word():
    @program(inputs={"x": Tensor((None, 4))})
    def double(x):
        return 2 * x

    assert re.sub(r"py:\d+", "py", double.graph("mermaid")).splitlines() == [
        "flowchart TD",
        '    n1(["x<br/>float32[batch, 4]"])',
        '    n0["mul(2.)<br/>float32[batch, 4]<br/>test_flowchart.py (double)"]',
        '    n2(["output<br/>float32[batch, 4]"])',
        "    n1 --> n0",
        "    n0 --> n2",
    ]


def test_a_network_has_a_node_per_equation_input_parameter_and_output(mlp):
    chart = mlp.graph("mermaid")
    check(chart)
    assert len(re.findall(r"^ +n\d+", chart, re.MULTILINE)) - chart.count("-->") == 8 + 1 + 4 + 1


def test_loops_and_branches_are_frames(loops):
    chart = loops.graph("mermaid")
    check(chart)
    assert re.findall(r'subgraph g\d+\["(.*)"\]', chart) == [
        "scan", "body", "while", "condition", "body", "cond", "branch 0", "branch 1",
    ]  # fmt: skip


def test_labels_are_escaped():
    @program(inputs={"x": Tensor((None,))}, parameters={'a"]; end <b> #': jnp.ones(1)})
    def odd(weights, x):
        return (lambda y: y * 2)(x + next(iter(weights.values())))

    chart = odd.graph("mermaid")
    check(chart)
    assert "a#34;]#59; end #60;b#62; #35;" in chart
    assert "(#60;lambda#62;)" in chart


@pytest.mark.parametrize("count", [40, 700])
def test_a_chart_that_mermaid_would_refuse_ends_with_a_note(count):
    @program(inputs={"x": Tensor((None,)), "y": Tensor((None,))})
    def long(x, y):
        for _ in range(count):
            x = x + y
        return jax.nn.relu(x)

    chart = long.graph("mermaid")
    check(chart)
    assert len(chart) <= LETTERS
    assert chart.count("-->") <= EDGES
    assert ("more equations" in chart) == (count == 700)
