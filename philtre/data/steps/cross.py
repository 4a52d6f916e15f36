"""Cross: the combinations of categories, as a category of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np

from philtre.data.steps.derived import Derive
from philtre.errors import DataError

MOST = 1_000_000
"""Combinations that are numbered."""


def cross(*columns: str) -> "Cross":
    """Combine categories: where one is "a" and the other "b" the value is "a&b". It is a derived column's first step.

    A step that takes categories must follow, such as `one_hot`, which groups rare combinations;
    ``recipe | cross("Sex", "Pclass")`` adds the column "Sex&Pclass" with it. Use it where a value means something else
    beside another and the model only adds. In a combination, values that the column's own step groups as rare or has
    not seen are "_rare", and missing ones "_missing".

    Args:
        *columns: at least two columns of kind "category".

    Raises:
        DataError: if there are fewer than two, or one is there twice.

    Example:
        >>> cross("Sex", "Pclass").parameters
        ('Sex', 'Pclass')

    Reference: TensorFlow tf.keras.layers.HashedCrossing.
    """
    return Cross(columns)


@dataclass(frozen=True)
class Cross(Derive):
    """Description made by `cross`; it knows the categories once it is bound."""

    columns: tuple[str, ...]
    known: tuple[tuple[str, ...], ...] = field(default=(), kw_only=True)

    name = "cross"
    gives = "category"
    fills = True
    sources = frozenset({"category"})

    def __post_init__(self) -> None:
        if len(set(self.columns)) < max(len(self.columns), 2):
            raise DataError(
                "recipe step 'cross'", expected="two columns or more, each once", got=f"{list(self.columns)}"
            )

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.columns

    @property
    def names(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple("&".join(parts) for parts in product(*((*values, "_rare", "_missing") for values in self.known)))

    def bind(self, known: Sequence[tuple[str, ...]]) -> "Cross":
        count = math.prod(len(values) + 2 for values in known)
        if count > MOST:
            where, hint = f"cross {list(self.columns)}", "group more of their values: one_hot(rare=0.01)"
            raise DataError(where, expected=f"at most {MOST:,} combinations", got=f"{count:,}", hint=hint)
        return replace(self, known=tuple(known))

    def compute(self, *cores: Any) -> Any:
        codes = jnp.zeros_like(cores[0])
        for core, values in zip(cores, self.known, strict=True):
            codes = codes * np.int32(len(values) + 2) + core
        return codes
