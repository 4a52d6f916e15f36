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
from philtre.nn.custom import Custom, Parameter, layer, parameter
from philtre.nn.dense import Dense, dense
from philtre.nn.dropout import Dropout, dropout
from philtre.nn.layer import Chain, Function, Layer
from philtre.nn.model import Model, input

__all__ = [
    "Chain",
    "Custom",
    "Dense",
    "Dropout",
    "Function",
    "Layer",
    "Model",
    "Parameter",
    "dense",
    "dropout",
    "elu",
    "gelu",
    "identity",
    "input",
    "layer",
    "leaky_relu",
    "parameter",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
