"""A recipe turns any table into one program: each step is a fit over the frame and a body in jnp."""

from philtre.data.column import Column
from philtre.data.prepared import Prepared
from philtre.data.recipe import Recipe
from philtre.data.source import read, scan
from philtre.data.split import folds, split
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
    hashed,
    impute,
    interact,
    log1p,
    one_hot,
    ordinal,
    quantile,
    scale,
    target_encode,
    tf_idf,
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
    "age",
    "bins",
    "boolean",
    "calendar",
    "clip",
    "cross",
    "cyclical",
    "derive",
    "drop",
    "folds",
    "frequency",
    "hashed",
    "impute",
    "interact",
    "log1p",
    "one_hot",
    "ordinal",
    "quantile",
    "read",
    "scale",
    "scan",
    "split",
    "target_encode",
    "tf_idf",
    "yeo_johnson",
]
