"""A recipe turns any table into one program: each step is a fit over the frame and a body in jnp."""

from philtre.data.column import Column
from philtre.data.prepared import Prepared
from philtre.data.recipe import Recipe
from philtre.data.source import read
from philtre.data.steps import (
    age,
    bins,
    boolean,
    calendar,
    clip,
    cross,
    cyclical,
    derive,
    drop,
    frequency,
    impute,
    interact,
    log1p,
    one_hot,
    ordinal,
    quantile,
    scale,
    yeo_johnson,
)
from philtre.data.target import Target

__all__ = [
    "Column",
    "Prepared",
    "Recipe",
    "Target",
    "age",
    "bins",
    "boolean",
    "calendar",
    "clip",
    "cross",
    "cyclical",
    "derive",
    "drop",
    "frequency",
    "impute",
    "interact",
    "log1p",
    "one_hot",
    "ordinal",
    "quantile",
    "read",
    "scale",
    "yeo_johnson",
]
