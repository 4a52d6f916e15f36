"""Derive: a new column as a numeric function of others."""

from dataclasses import dataclass
from typing import Any, overload

from philtre.data.function import Function, check_function, fingerprint, source
from philtre.data.steps.derived import Derive
from philtre.errors import DataError


@overload
def derive(function: Function, /) -> "DeriveFunction": ...


@overload
def derive(**functions: Function) -> "dict[str, DeriveFunction]": ...


def derive(function: Function | None = None, /, **functions: Function) -> "DeriveFunction | dict[str, DeriveFunction]":
    """Compute a column from the columns that the function's parameters name. It is the first step of its column.

    Each row must stand for itself: no sums or means over rows.

    Args:
        function: core arrays [n] to one array [n], in jnp: numbers are float32 with NaN where missing, whole numbers
            int64 (float64 with NaN where they can be missing), booleans int8 (-1 where missing), categories int32
            codes, timestamps int64 microseconds.
        **functions: instead, functions by the names of new columns, for ``recipe | derive(...)``.

    Raises:
        DataError: if a function does not stand on its own, or there is none.

    Example:
        >>> derive(lambda SibSp, Parch: SibSp + Parch + 1).parameters
        ('SibSp', 'Parch')
    """
    if (function is None) != bool(functions):
        raise DataError("derive", expected="a function, or functions by name", got="both" if functions else "neither")
    return DeriveFunction(function) if function is not None else {k: DeriveFunction(f) for k, f in functions.items()}


@dataclass(frozen=True, eq=False)
class DeriveFunction(Derive):
    """Description made by `derive`."""

    function: Function

    name = "derive"

    def __post_init__(self) -> None:
        check_function(self.function, "recipe step 'derive'")

    def compute(self, *cores: Any) -> Any:
        return self.function(*cores)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the columns that the function takes."""
        return check_function(self.function, "recipe step 'derive'")

    @property
    def shown(self) -> str:
        return f"derive({', '.join(self.parameters)})"

    @property
    def needs(self) -> tuple[str, ...]:
        return source(self.function).needs

    @property
    def code(self) -> str:
        return f"derive({source(self.function).expression})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeriveFunction) and fingerprint(self.function) == fingerprint(other.function)

    def __hash__(self) -> int:
        return hash(fingerprint(self.function))
