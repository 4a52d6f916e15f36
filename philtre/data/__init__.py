"""A recipe turns any table into one program: each step is a fit over the frame and a body in jnp."""

from philtre.data.column import Column
from philtre.data.prepared import Prepared
from philtre.data.recipe import Recipe
from philtre.data.source import read, scan
from philtre.data.split import folds, split
from philtre.data.steps import (
    bins,
    boolean,
    clip,
    derive,
    drop,
    frequency,
    impute,
    log1p,
    one_hot,
    ordinal,
    quantile,
    scale,
    target_encode,
    yeo_johnson,
)
from philtre.data.target import Classes, FittedTarget, Interval, Scaled, Target
from philtre.fields import Spelling

__all__ = [
    "Classes",
    "Column",
    "FittedTarget",
    "Interval",
    "Prepared",
    "Recipe",
    "Scaled",
    "Spelling",
    "Target",
    "bins",
    "boolean",
    "clip",
    "derive",
    "drop",
    "folds",
    "frequency",
    "impute",
    "log1p",
    "one_hot",
    "ordinal",
    "quantile",
    "read",
    "scale",
    "scan",
    "split",
    "target_encode",
    "yeo_johnson",
]
