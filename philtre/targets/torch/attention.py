"""Attention and recurrence: torch's own kernels, with what a query may see as one mask."""

import functools
import operator
from typing import Any

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, given_dtype, given_shape, kernel
from philtre.trace import Equation


@kernel("attention")
def _attention(
    g: Graph,
    equation: Equation,
    query: Data,
    key: Data,
    value: Data,
    mask: Data,
    positions: Data,
    lengths: Data,
    *,
    causal: bool,
    scale: float,
) -> Any:
    shapes = [given_shape(equation, index) for index in range(3)]
    dtypes = {given_dtype(equation, index) for index in range(3)}
    biased = mask is not None and given_dtype(equation, 3) != np.bool_
    if len({shape[:-3] for shape in shapes}) > 1 or len(dtypes) > 1 or len(shapes[0]) < 4:
        return None
    if biased and given_dtype(equation, 3) not in dtypes:
        return None
    square = causal and shapes[0][-3] == shapes[1][-3] and positions is None and lengths is None and mask is None
    seen = [] if square else _seen(g, shapes, positions, lengths, causal)
    if mask is not None and not biased:
        seen.append(mask)
    allowed: Any = functools.reduce(operator.and_, seen) if seen else None
    if biased:
        allowed = mask if allowed is None else torch.where(allowed, mask, -torch.inf)
    query, key, value = (torch.transpose(x, -3, -2) for x in (query, key, value))
    grouped = shapes[0][-2] != shapes[1][-2]
    made = scaled_dot_product_attention(
        query, key, value, attn_mask=allowed, is_causal=square, scale=scale, enable_gqa=grouped
    )
    return torch.transpose(made, -3, -2)


def _seen(g: Graph, shapes: Any, positions: Data, lengths: Data, causal: bool) -> list[Data]:
    """Which keys a query may see, by its position and by how many keys there are."""
    queries, keys = shapes[0][-3], shapes[1][-3]
    column = g.iota(keys)
    seen = []
    if positions is not None:
        seen.append(column <= positions[..., None, :, None])
    elif causal:
        place = g.iota(queries) + g.size(keys - queries)
        seen.append(column <= place[:, None])
    if lengths is not None:
        seen.append(column < lengths[..., None, None, None])
    return seen


@kernel("lstm")
def _lstm(
    g: Graph,
    equation: Equation,
    x: Data,
    kernel: Data,
    recurrent: Data,
    bias: Data,
    hidden: Data,
    cell: Data,
    lengths: Data,
    *,
    reverse: bool,
) -> Any:
    if not _is_plain(equation, lengths):
        return None
    x = torch.flip(x, (-2,)) if reverse else x
    weights = [kernel.mT, recurrent.mT]
    weights += [] if bias is None else [bias, torch.zeros_like(bias)]
    states = [_state(g, equation, state) for state in (hidden, cell)]
    made = g.call(recur, x, states, weights, bias is not None)
    outputs = torch.flip(made[0], (-2,)) if reverse else made[0]
    return [outputs, made[1][0], made[2][0]]


@kernel("gru")
def _gru(
    g: Graph,
    equation: Equation,
    x: Data,
    kernel: Data,
    recurrent: Data,
    bias: Data,
    recurrent_bias: Data,
    hidden: Data,
    lengths: Data,
    *,
    reverse: bool,
) -> Any:
    if not _is_plain(equation, lengths):
        return None
    x = torch.flip(x, (-2,)) if reverse else x
    weights = [kernel.mT, recurrent.mT]
    some = next((each for each in (bias, recurrent_bias) if each is not None), None)
    if some is not None:
        weights += [torch.zeros_like(some) if each is None else each for each in (bias, recurrent_bias)]
    made = g.call(recur, x, [_state(g, equation, hidden)], weights, some is not None)
    return [torch.flip(made[0], (-2,)) if reverse else made[0], made[1][0]]


def recur(x: torch.Tensor, states: list[torch.Tensor], weights: list[torch.Tensor], biased: bool) -> Any:
    """Run torch's recurrence over [n, t, d], lstm with two states, gru with one; without rows or steps they stay."""
    n, t = x.shape[:2]
    if n == 0 or t == 0:
        size = states[0].shape[-1]
        return [x.new_zeros((n, t, size)), *states]
    function, start = (torch.lstm, tuple(states)) if len(states) > 1 else (torch.gru, states[0])
    return function(x, start, [w.contiguous() for w in weights], biased, 1, 0.0, False, False, True)


def _is_plain(equation: Equation, lengths: Data) -> bool:
    """One leading axis, no lengths, one dtype of at least 32 bits."""
    count = len(equation.invars)
    dtypes = {given_dtype(equation, index) for index in range(count)}
    return lengths is None and len(given_shape(equation)) == 3 and len(dtypes) == 1 and dtypes.pop().itemsize >= 4


def _state(g: Graph, equation: Equation, state: Data) -> Data:
    """A first state with the axis of layers that torch wants; zeros where none is given."""
    if state is not None:
        return torch.unsqueeze(state, 0)
    sizes = (1, given_shape(equation)[0], given_shape(equation, 2)[0])
    return g.full(sizes, 0, given_dtype(equation))
