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
from philtre.nn.ensemble import heads, members
from philtre.nn.layer import Chain, Function, Layer
from philtre.nn.model import Model, input
from philtre.nn.piecewise import PiecewiseLinear, piecewise_linear, quantile_edges

__all__ = [
    "Chain",
    "Custom",
    "Dense",
    "Dropout",
    "Function",
    "Layer",
    "Model",
    "Parameter",
    "PiecewiseLinear",
    "dense",
    "dropout",
    "elu",
    "gelu",
    "heads",
    "identity",
    "input",
    "layer",
    "leaky_relu",
    "members",
    "parameter",
    "piecewise_linear",
    "quantile_edges",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
