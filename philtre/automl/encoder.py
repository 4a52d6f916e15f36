"""What a network sees of the features: their values, softly clipped, and of larger tables the numbers in bins too."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from philtre import nn
from philtre.fields import Array

ROWS_PER_BIN = 100
FEWEST = 8
"""Fewer bins than this say less than the number itself; small tables do without."""


@dataclass(frozen=True, eq=False)
class Encoder:
    """Features to what the first layer takes.

    Attributes:
        d: number of features.
        numbers: positions of the features that have bins.
        bins: their piecewise-linear embedding.
    """

    d: int
    numbers: tuple[int, ...]
    bins: nn.PiecewiseLinear

    @classmethod
    def fit(cls, x: Array, bins: int) -> "Encoder":
        """Choose the bins of features float32[n, d]: `bins` a number at most, as many as the rows allow."""
        allowed = min(bins, len(x) // ROWS_PER_BIN)
        edges = nn.quantile_edges(x, allowed) if allowed >= FEWEST else (None,) * x.shape[1]
        numbers = tuple(i for i, column in enumerate(edges) if column is not None)
        return cls(x.shape[1], numbers, nn.piecewise_linear(edges[i] for i in numbers))

    @property
    def width(self) -> int:
        """Size of the result's last axis."""
        return self.d + self.bins.width

    def __call__(self, x: jax.Array) -> jax.Array:
        """float32[n, d] to float32[n, width]."""
        values = squash(x)
        if not self.numbers:
            return values
        numbers = jnp.take(x, np.array(self.numbers, np.int32), axis=1)
        return jnp.concatenate([values, self.bins.apply({}, numbers, mode="inference", key=None)], axis=1)


def squash(x: jax.Array) -> jax.Array:
    """Bound values by -3 and 3, smoothly: ``x / sqrt(1 + (x / 3) ** 2)``. Reference: RealMLP, 2024."""
    return x / jnp.sqrt(1 + (x / 3) ** 2)
