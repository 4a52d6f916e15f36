"""Sorting: stable, NaN last, several keys; the largest k, the first of equals first."""

import torch

from philtre.targets.torch.bits import total_order
from philtre.targets.torch.conversion import is_float
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_dtype, rule
from philtre.trace import Equation


@rule("sort")
def _sort(g: Graph, equation: Equation, *operands: Data) -> list[Data]:
    """Sort by the last key first, each time keeping the order of equals."""
    axis, keys = equation.params["dimension"], equation.params["num_keys"]
    if len(operands) == 1 and given_dtype(equation).kind != "c":
        return [torch.sort(operands[0], dim=axis, stable=True)[0]]
    order = None
    for index in reversed(range(keys)):
        key = operands[index]
        parts = [torch.imag(key), torch.real(key)] if given_dtype(equation, index).kind == "c" else [key]
        for part in parts:
            found = part if order is None else torch.gather(part, axis, order)
            places = torch.sort(found, dim=axis, stable=True)[1]
            order = places if order is None else torch.gather(order, axis, places)
    return [torch.gather(operand, axis, order) for operand in operands]


@rule("top_k", "approx_top_k")
def _top_k(g: Graph, equation: Equation, x: Data) -> list[Data]:
    """Take the largest; torch's own topk chooses among equals at will."""
    parameters = equation.params
    axis = parameters.get("axis", parameters.get("reduction_dimension", -1))
    dtype, largest = given_dtype(equation), parameters.get("is_max_k", True)
    key = total_order(x, dtype.itemsize) if is_float(dtype) else x
    places = torch.sort(key, dim=axis, descending=largest, stable=True)[1]
    places = torch.narrow(places, axis, 0, g.size(parameters["k"]))
    return [torch.gather(x, axis, places), places.to(torch.int32)]
