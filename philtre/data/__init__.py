"""A recipe turns any table into one program: each step is a fit over the frame and a body in jnp."""

from philtre.data.column import Column
from philtre.data.prepared import Prepared
from philtre.data.recipe import Recipe
from philtre.data.source import read, scan
from philtre.data.split import folds, split
from philtre.data.steps import boolean, derive, drop, impute, one_hot, scale
from philtre.data.target import Target

__all__ = [
    "Column",
    "Prepared",
    "Recipe",
    "Target",
    "boolean",
    "derive",
    "drop",
    "folds",
    "impute",
    "one_hot",
    "read",
    "scale",
    "scan",
    "split",
]
