"""Derive: a new column as a numeric function of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from philtre.data.function import Function, check_function, fingerprint, source
from philtre.data.steps.step import Emitted, Masked, Step


def derive(function: Function) -> "Derive":
    """Compute a column from the columns that the function's parameters name. It is the first step of its column.

    Args:
        function: core arrays [n] to one array [n], in jnp: numbers are float32 with NaN where missing, whole numbers
            int64 (float64 with NaN where they can be missing), booleans int8 (-1 where missing), categories int32
            codes, timestamps int64 microseconds.

    Raises:
        DataError: if the function does not stand on its own.

    Example:
        >>> derive(lambda SibSp, Parch: SibSp + Parch + 1).parameters
        ('SibSp', 'Parch')
    """
    return Derive(function)


@dataclass(frozen=True, eq=False)
class Derive(Step):
    """Description made by `derive`; it is its own fitted form, since it learns nothing."""

    function: Function

    name = "derive"
    kinds = frozenset({"derived"})
    suffixes = ()
    consumes = False

    def __post_init__(self) -> None:
        check_function(self.function, "recipe step 'derive'")

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the columns that the function takes."""
        return check_function(self.function, "recipe step 'derive'")

    @property
    def shown(self) -> str:
        return f"derive({', '.join(self.parameters)})"

    @property
    def code(self) -> str:
        return f"derive({source(self.function).expression})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Derive) and fingerprint(self.function) == fingerprint(other.function)

    def __hash__(self) -> int:
        return hash(fingerprint(self.function))

    def fit(self, statistics: Mapping[str, Any]) -> "Derive":
        return self

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        return Emitted(column)
