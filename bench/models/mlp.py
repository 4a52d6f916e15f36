"""A multilayer perceptron, 784-512-256-10."""

from itertools import pairwise
from typing import Any

import jax
import numpy as np
import torch

import philtre as ph
from bench.models.model import Model, Weights, tensor

SIZES = (784, 512, 256, 10)


def mlp() -> Model:
    """Dense layers with relu, softmax at the end."""
    made = Weights()
    weights = [{"kernel": made.matrix(d, k), "bias": made.vector(k)} for d, k in pairwise(SIZES)]
    return Model(
        "MLP 784-512-256-10",
        ph.Program(_network(ph.ops.softmax), parameters=weights, inputs={"pixels": ph.Tensor((None, 784))}),
        _network(jax.nn.softmax),
        weights,
        _Twin(weights),
        lambda n: (np.random.default_rng(n).random((n, 784), np.float32),),
    )


def _network(softmax: Any) -> Any:
    def network(weights: Any, x: Any) -> Any:
        for layer in weights[:-1]:
            x = jax.nn.relu(x @ layer["kernel"] + layer["bias"])
        return softmax(x @ weights[-1]["kernel"] + weights[-1]["bias"])

    return network


class _Twin(torch.nn.Module):
    def __init__(self, weights: Any) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList()
        for layer in weights:
            linear = torch.nn.Linear(*layer["kernel"].shape)
            linear.weight, linear.bias = tensor(layer["kernel"].T), tensor(layer["bias"])
            self.layers.append(linear)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return torch.softmax(self.layers[-1](x), dim=-1)
