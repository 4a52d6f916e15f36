"""Interact: the product of numbers, as a column of its own."""

from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import jax
import jax.numpy as jnp

from philtre.data.steps.derived import Derive
from philtre.data.steps.step import real
from philtre.errors import DataError


def interact(*columns: str) -> "Interact":
    """Multiply columns. It is the first step of a derived column; ``recipe | interact("a", "b")`` adds "a*b".

    Use it where one number matters in proportion to another and the model only adds. Booleans count as 0 and 1; where
    one of the values is missing, the product is. For categories see `cross`.

    Args:
        *columns: at least two columns of kind "number", "integer" or "boolean"; one that is there twice is squared.

    Raises:
        DataError: if there are fewer than two.

    Example:
        >>> interact("Age", "Fare").parameters
        ('Age', 'Fare')

    Reference: scikit-learn PolynomialFeatures(interaction_only=True).
    """
    return Interact(columns)


@dataclass(frozen=True)
class Interact(Derive):
    """Description made by `interact`."""

    columns: tuple[str, ...]

    name = "interact"
    sources = frozenset({"number", "integer", "boolean"})

    def __post_init__(self) -> None:
        if len(self.columns) < 2:
            raise DataError("recipe step 'interact'", expected="two columns or more", got=f"{list(self.columns)}")

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.columns

    def compute(self, *cores: Any) -> Any:
        return reduce(mul, map(_number, cores))


def _number(core: jax.Array) -> jax.Array:
    """A core array as floats, NaN where missing."""
    return jnp.where(core < 0, jnp.nan, real(core)) if core.dtype == jnp.int8 else real(core)
