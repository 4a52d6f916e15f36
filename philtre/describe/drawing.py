"""A drawing of a trace: as text, one line per equation, or as a Mermaid flowchart with the same nodes."""

from collections.abc import Iterator

from philtre.describe.flowchart import flowchart
from philtre.describe.listing import listing
from philtre.describe.step import Block, Listing, Step
from philtre.errors import SignatureError
from philtre.trace import Traced

INDENT = "    "


def graph(traced: Traced, format: str = "text") -> str:
    """Draw the equations of a trace.

    Args:
        traced: sizes may be symbols.
        format: "text" or "mermaid".
    Raises:
        SignatureError: if the format is neither.
    """
    if format not in ("text", "mermaid"):
        raise SignatureError("graph", expected='the format "text" or "mermaid"', got=repr(format))
    listed = listing(traced)
    return flowchart(listed) if format == "mermaid" else "\n".join(_lines(listed))


def _lines(listed: Listing) -> Iterator[str]:
    for value in (*listed.inputs, *listed.parameters):
        yield f"{value.kind} {value.name}  {value.type}"
    for step in listed.steps:
        yield from _step(step, "")
    for name, value in listed.outputs.items():
        yield f"output {name} = {value}  {value.type}"


def _step(step: Step, indent: str) -> Iterator[str]:
    names = ", ".join(value.name for value in step.results)
    types = ", ".join(value.type for value in step.results)
    arguments = [*map(str, step.arguments), *step.options]
    yield "  ".join(filter(None, (f"{indent}{names} = {step.name}({', '.join(arguments)})", types, step.source)))
    for block in step.blocks:
        yield from _block(block, indent + INDENT)


def _block(block: Block, indent: str) -> Iterator[str]:
    carried = [f"{inside.name} = {first}" for inside, first in block.carried]
    each = [f"{inside.name} in {array}" for inside, array in block.each]
    yield f"{indent}{block.name}({', '.join([*carried, *each])}):"
    for step in block.steps:
        yield from _step(step, indent + INDENT)
    yield f"{indent}{INDENT}return {', '.join(map(str, block.results))}"
