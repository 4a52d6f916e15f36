"""A fitted recipe: the program from fields to features, the one from scores to answers, and the columns between."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from philtre.data.fit import FittedColumn
from philtre.data.frames import to_columns, to_polars
from philtre.data.target import FittedTarget
from philtre.errors import DataError
from philtre.fields import AnyField, Array, Tensor
from philtre.profile import Profile, profile
from philtre.program import Program
from philtre.signature import Signature

if TYPE_CHECKING:
    from philtre.data.recipe import Recipe


@dataclass(frozen=True)
class Prepared:
    """What `Recipe.fit` learned. Immutable.

    Attributes:
        recipe: the recipe that was fitted.
        columns: its columns with their statistics.
        goal: the target with its classes or scale.
    """

    recipe: "Recipe"
    columns: tuple[FittedColumn, ...]
    goal: FittedTarget

    @cached_property
    def fields(self) -> dict[str, AnyField]:
        """The input fields: the columns that give a feature or that a derived column is computed from."""
        needed = {name for column in self.columns for name in column.column.parameters}
        return {
            column.name: column.field
            for column in self.columns
            if column.field is not None and (column.name in needed or not column.column.dropped)
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the features, such as "Age", "Age_missing", "Sex=male"; unique."""
        ...

    @cached_property
    def program(self) -> Program:
        """Fields to "features", float32[n, d] with `names`."""
        ...
