"""Random numbers: JAX's threefry bit for bit, never torch's generator. A key is an int64: two halves of 32 bits.

Reference: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
"""

from typing import Any

import jax
import torch

from philtre.targets.torch.bits import unsigned
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.table import Data, dtype_of, given_dtype, given_shape, rule
from philtre.trace import Equation

_MASK = 0xFFFF_FFFF
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


@rule("threefry2x32")
def _threefry(g: Graph, equation: Equation, *words: Data) -> list[Data]:
    made = g.call(threefry, *words)
    return [made[0], made[1]]


def threefry(
    k0: torch.Tensor, k1: torch.Tensor, x0: torch.Tensor, x1: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Hash two words of 32 bits, held in int64, by a key of two."""
    keys = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = (x0 + k0) & _MASK, (x1 + k1) & _MASK
    for turn in range(5):
        for rotation in _ROTATIONS[turn % 2]:
            x0 = (x0 + x1) & _MASK
            x1 = (((x1 << rotation) & _MASK) | (x1 >> (32 - rotation))) ^ x0
        x0 = (x0 + keys[(turn + 1) % 3]) & _MASK
        x1 = (x1 + keys[(turn + 2) % 3] + (turn + 1)) & _MASK
    return x0, x1


def _halves(key: Data) -> tuple[Data, Data]:
    return (key >> 32) & _MASK, key & _MASK


def _hashed(g: Graph, equation: Equation, key: Data, shape: Any) -> tuple[Data, Data]:
    """Hash the positions 0, 1, ... of a shape by each key."""
    if not jax.config.jax_threefry_partitionable:  # type: ignore[attr-defined]
        raise g.refuse("with jax_threefry_partitionable=False", hint="JAX's default is True")
    count: Any = 1
    for size in shape:
        count = count * size
    counts = torch.reshape(g.iota(count), g.sizes(shape))
    every = key[(..., *[None] * len(shape))] if shape else key
    made = g.call(threefry, *_halves(every), counts >> 32, counts & _MASK)
    return made[0], made[1]


@rule("random_bits")
def _random_bits(g: Graph, equation: Equation, key: Data) -> Data:
    high, low = _hashed(g, equation, key, equation.params["shape"])
    width = equation.params["bit_width"]
    if width == 64:
        return (high << 32) | low
    return ((high ^ low) & (2**width - 1)).to(g.carrier(dtype_of(equation)))


@rule("random_split")
def _random_split(g: Graph, equation: Equation, key: Data) -> Data:
    high, low = _hashed(g, equation, key, equation.params["shape"])
    return (high << 32) | low


@rule("random_fold_in")
def _random_fold_in(g: Graph, equation: Equation, key: Data, number: Data) -> Data:
    """Hash the number by the key; where one has fewer axes, it is the same along the last ones."""
    ranks = [len(given_shape(equation, index)) for index in range(2)]
    more = [max(ranks) - rank for rank in ranks]
    key, number = (x[(..., *[None] * n)] if n else x for x, n in zip((key, number), more, strict=True))
    made = g.call(threefry, *_halves(key), torch.zeros_like(number), number)
    return (made[0] << 32) | made[1]


@rule("random_seed")
def _random_seed(g: Graph, equation: Equation, seed: Data) -> Data:
    """Take the number's own 32 or 64 bits as the key."""
    return unsigned(seed, given_dtype(equation))


@rule("random_wrap")
def _random_wrap(g: Graph, equation: Equation, words: Data) -> Data:
    return (words[..., 0] << 32) | words[..., 1]


@rule("random_unwrap")
def _random_unwrap(g: Graph, equation: Equation, key: Data) -> Data:
    return torch.stack(_halves(key), -1)


@rule("random_clone")
def _random_clone(g: Graph, equation: Equation, key: Data) -> Data:
    return key
