"""k-means: which of 64 centres is nearest, in 32 dimensions."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import torch

import philtre as ph
from bench.models.model import Model, Weights, tensor


def kmeans() -> Model:
    """The place of the least squared distance."""
    centres = Weights().random.normal(size=(64, 32)).astype(np.float32)
    return Model(
        "k-means predict",
        ph.Program(_nearest, parameters={"centres": centres}, inputs={"x": ph.Tensor((None, 32))}),
        _nearest,
        {"centres": centres},
        _Twin(centres),
        lambda n: (np.random.default_rng(n).normal(size=(n, 32)).astype(np.float32),),
    )


def _nearest(weights: Any, x: Any) -> Any:
    centres = weights["centres"]
    distances = (x * x).sum(1, keepdims=True) - 2 * (x @ centres.T) + (centres * centres).sum(1)
    return jnp.argmin(distances, axis=1)


class _Twin(torch.nn.Module):
    def __init__(self, centres: np.ndarray) -> None:
        super().__init__()
        self.centres = tensor(centres)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        distances = (x * x).sum(1, keepdim=True) - 2 * (x @ self.centres.T) + (self.centres * self.centres).sum(1)
        return torch.argmin(distances, dim=1)
