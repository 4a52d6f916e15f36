"""A model is an immutable graph of layers; its parameters are a separate tree of named arrays."""

from philtre.nn.activations import (
    elu,
    gelu,
    identity,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from philtre.nn.dense import Dense, dense
from philtre.nn.dropout import Dropout, dropout
from philtre.nn.layer import Chain, Function, Layer
from philtre.nn.model import Model, input

__all__ = [
    "Chain",
    "Dense",
    "Dropout",
    "Function",
    "Layer",
    "Model",
    "dense",
    "dropout",
    "elu",
    "gelu",
    "identity",
    "input",
    "leaky_relu",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
