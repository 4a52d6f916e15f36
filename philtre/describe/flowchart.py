"""A listing as a Mermaid flowchart: a node per step, an edge per value, a subgraph per loop or branch."""

import re
from bisect import bisect_left

from philtre.describe.step import Block, Listing, Step, Value

EDGES = 500
LETTERS = 50_000
INDENT = "    "
_SHAPES = {"step": '["{}"]', "input": '(["{}"])', "parameter": '[("{}")]', "output": '(["{}"])', "note": '[/"{}"/]'}
_SPECIAL = re.compile(r"[^\w .,:=%()\[\]*+/-]")


def flowchart(listed: Listing) -> str:
    """Draw a listing as a Mermaid flowchart; inputs and parameters that nothing reads are left out.

    Mermaid refuses charts of more than 500 edges or 50,000 letters: a larger one ends before, with a note that says
    how many equations are left out.
    """
    total = len(listed.steps)
    whole = _drawn(listed, total)
    if _fits(whole):
        return whole
    return _drawn(listed, bisect_left(range(1, total + 1), True, key=lambda count: not _fits(_drawn(listed, count))))


def _fits(chart: str) -> bool:
    return len(chart) <= LETTERS and chart.count(" --> ") <= EDGES


def _drawn(listed: Listing, count: int) -> str:
    """Draw the first steps."""
    chart = _Chart()
    for step in listed.steps[:count]:
        chart.step(step, INDENT)
    if count < len(listed.steps):
        chart.node("note", INDENT, f"{len(listed.steps) - count} more equations", "the text shows them all")
    for name, value in listed.outputs.items():
        chart.output(name, value)
    return "\n".join(["flowchart TD", *chart.sources, *chart.lines, *chart.edges])


class _Chart:
    """What is drawn so far: inputs and parameters that are read, steps, and the edges in between."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.lines: list[str] = []
        self.edges: dict[str, None] = {}
        self.nodes: dict[Value, str] = {}
        self.count = 0
        self.frames = 0

    def node(self, shape: str, indent: str, *label: str) -> str:
        """Draw a node, and give its name."""
        name = f"n{self.count}"
        self.count += 1
        lines = self.sources if shape in ("input", "parameter") else self.lines
        lines.append(indent + name + _SHAPES[shape].format("<br/>".join(map(_escaped, filter(None, label)))))
        return name

    def edge(self, value: Value, node: str) -> None:
        """Draw an edge from a value; a constant has none, since it is written where it is used."""
        if value not in self.nodes and value.kind in ("input", "parameter"):
            self.nodes[value] = self.node(value.kind, INDENT, value.name, value.type)
        if value in self.nodes:
            self.edges[f"{INDENT}{self.nodes[value]} --> {node}"] = None

    def output(self, name: str, value: Value) -> None:
        """Draw an output, if what makes it is drawn."""
        if value.kind != "result" or value in self.nodes:
            self.edge(value, self.node("output", INDENT, name, value.type))

    def step(self, step: Step, indent: str) -> None:
        """Draw a node; that of a loop or a branch stands in a frame, below its blocks."""
        if step.blocks:
            self.open(step.name, indent)
            for block in step.blocks:
                self.block(block, indent + INDENT)
        constants = () if step.blocks else (str(value) for value in step.arguments if value.kind == "constant")
        written = [*constants, *step.options]
        label = f"{step.name}({', '.join(written)})" if written else step.name
        types = ", ".join(value.type for value in step.results)
        node = self.node("step", indent + INDENT * bool(step.blocks), label, types, step.source)
        for value in _read(step):
            self.edge(value, node)
        self.nodes.update(dict.fromkeys(step.results, node))
        if step.blocks:
            self.lines.append(f"{indent}end")

    def open(self, label: str, indent: str) -> None:
        """Begin a frame."""
        self.lines.append(f'{indent}subgraph g{self.frames}["{_escaped(label)}"]')
        self.frames += 1

    def block(self, block: Block, indent: str) -> None:
        """Draw a frame of what the block is handed and its steps."""
        self.open(block.name, indent)
        for inside, outside in (*block.carried, *block.each):
            if inside not in self.nodes:
                first = f"{inside.name} = {outside}" if outside.kind == "constant" else inside.name
                self.nodes[inside] = self.node("step", indent + INDENT, first, inside.type)
                self.edge(outside, self.nodes[inside])
        for step in block.steps:
            self.step(step, indent + INDENT)
        self.lines.append(f"{indent}end")


def _read(step: Step) -> tuple[Value, ...]:
    """What the node of a step takes: of a loop what its blocks give, of a branch that and the choice."""
    chosen = step.arguments[:1] if step.name == "cond" else ()
    given = tuple(value for block in step.blocks for value in block.results)
    return chosen + given if step.blocks else step.arguments


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda letter: f"#{ord(letter[0])};", text)
