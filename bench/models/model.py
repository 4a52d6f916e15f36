"""What a model of the benchmarks has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from philtre.program import Program


@dataclass(frozen=True)
class Model:
    """One computation, written for philtre, for plain JAX and for torch.

    Args:
        name: in the tables.
        program: philtre's.
        plain: what a user of JAX writes, taking the weights first.
        weights: the pytree that both take.
        module: torch's, with the same weights.
        inputs: batch size to NumPy arrays.
    """

    name: str
    program: Program
    plain: Callable[..., Any]
    weights: Any
    module: torch.nn.Module
    inputs: Callable[[int], tuple[np.ndarray, ...]]


class Weights:
    """Random weights of usual sizes, the same for each seed."""

    def __init__(self, seed: int = 0) -> None:
        self.random = np.random.default_rng(seed)

    def matrix(self, *shape: int) -> np.ndarray:
        """A kernel, scaled by its inputs."""
        return (self.random.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32)

    def vector(self, size: int, around: float = 0.0) -> np.ndarray:
        """A bias or a scale."""
        return (around + 0.1 * self.random.normal(size=size)).astype(np.float32)


def tensor(array: np.ndarray) -> torch.nn.Parameter:
    """A parameter of torch with the values of an array."""
    return torch.nn.Parameter(torch.tensor(array))
