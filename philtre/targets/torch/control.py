"""Loops and branches: Python runs them, one module per body; `torch.compile` compiles the bodies of a scan."""

from typing import Any

import torch

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, rule
from philtre.trace import Equation


@rule("while")
def _while(g: Graph, equation: Equation, *data: Data) -> list[Data]:
    parameters = equation.params
    first = parameters["cond_nconsts"]
    second = first + parameters["body_nconsts"]
    goes_on = g.insert(g.body(parameters["cond_jaxpr"]), "condition")
    body = g.insert(g.body(parameters["body_jaxpr"]), "body")
    sizes = tuple(g.symbols.values())
    carried = tuple(map(g.proxy, data[second:]))
    made = g.call(loop, goes_on, body, (*sizes, *data[:first]), (*sizes, *data[first:second]), carried)
    return [made[index] for index in range(len(equation.outvars))]


@torch.compiler.disable  # type: ignore[untyped-decorator]
def loop(goes_on: Any, body: Any, asked: Any, given: Any, carried: Any) -> Any:
    """Run a body as long as the condition holds; where it is one per row, for the rows where it holds."""
    while bool((on := goes_on(*asked, *carried)[0]).any()):
        made = body(*given, *carried)
        carried = made if on.ndim == 0 else [_chosen(on, *pair) for pair in zip(made, carried, strict=True)]
    return carried


def _chosen(on: torch.Tensor, new: torch.Tensor, old: torch.Tensor) -> torch.Tensor:
    return torch.where(on[(..., *[None] * (new.ndim - on.ndim))], new, old)


@rule("scan")
def _scan(g: Graph, equation: Equation, *data: Data) -> list[Data]:
    parameters = equation.params
    consts, carries = parameters["num_consts"], parameters["num_carry"]
    body = g.insert(g.body(parameters["jaxpr"]), "step")
    given = (*g.symbols.values(), *data[:consts])
    carried, lines = tuple(data[consts : consts + carries]), tuple(data[consts + carries :])
    empty = [_nothing(g, variable) for variable in equation.outvars[carries:]]
    length = g.size(parameters["length"])
    made = g.call(scan, body, given, carried, lines, length, parameters["reverse"], empty)
    return [made[index] for index in range(len(equation.outvars))]


def _nothing(g: Graph, variable: Any) -> Data:
    shape = variable.aval.shape
    return (g.sizes(shape), g.carrier(variable.aval.dtype))


def scan(body: Any, given: Any, carried: Any, lines: Any, length: int, reverse: bool, empty: Any) -> list[Any]:
    """Run a body once per entry of the lines; stack what it makes beside the carried values."""
    made = []
    steps = range(length)
    for step in reversed(steps) if reverse else steps:
        results = body(*given, *carried, *(line[step] for line in lines))
        carried = results[: len(carried)]
        made.append(results[len(carried) :])
    if reverse:
        made.reverse()
    if not made:
        device = lines[0].device if lines else None
        return [*carried, *(torch.empty(shape, dtype=dtype, device=device) for shape, dtype in empty)]
    return [*carried, *(torch.stack(column) for column in zip(*made, strict=True))]


@rule("cond")
def _cond(g: Graph, equation: Equation, which: Data, *data: Data) -> list[Data]:
    branches = [g.insert(g.body(branch), "branch") for branch in equation.params["branches"]]
    made = g.call(branch, g.proxy(which), branches, (*g.symbols.values(), *data))
    return [made[index] for index in range(len(equation.outvars))]


def branch(which: torch.Tensor, branches: Any, data: Any) -> Any:
    """Run the branch of a number, which is cut to the range."""
    return branches[min(max(int(which), 0), len(branches) - 1)](*data)


@rule("platform_index")
def _platform_index(g: Graph, equation: Equation) -> Data:
    """Choose the branch for the CPU, or else the default, of a function that has several."""
    platforms = equation.params["platforms"]
    index = next((i for i, names in enumerate(platforms) if names is None or "cpu" in names), 0)
    return g.constant(index, "int32")


@rule("custom_linear_solve")
def _custom_linear_solve(g: Graph, equation: Equation, *data: Data) -> list[Data]:
    """Run the solver that the equation brings."""
    lengths, solve = equation.params["const_lengths"], equation.params["jaxprs"].solve
    skipped = lengths.matvec + lengths.vecmat
    consts = data[skipped : skipped + lengths.solve]
    right = data[skipped + lengths.solve + lengths.transpose_solve :]
    made = g.call(call, g.insert(g.body(solve), "solve"), (*g.symbols.values(), *consts, *right))
    return [made[index] for index in range(len(equation.outvars))]


def call(module: Any, data: Any) -> Any:
    """Run a module."""
    return module(*data)
