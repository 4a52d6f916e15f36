"""Derive: a new column as a numeric function of others."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from philtre.data.function import Function, check_function, fingerprint, source
from philtre.data.steps.step import Identity
from philtre.errors import DataError
from philtre.fields import Array


def derive(function: Function) -> "Derive":
    """Compute a column from the columns that the function's parameters name. It is the first step of its column.

    Each row must stand for itself: no sums or means over rows.

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
class Derive(Identity):
    """Description made by `derive`."""

    function: Function

    name = "derive"
    kinds = frozenset({"derived"})

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
    def needs(self) -> tuple[str, ...]:
        return source(self.function).needs

    @property
    def code(self) -> str:
        return f"derive({source(self.function).expression})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Derive) and fingerprint(self.function) == fingerprint(other.function)

    def __hash__(self) -> int:
        return hash(fingerprint(self.function))

    def evaluate(self, name: str, cores: Sequence[Array]) -> Array:
        """Run the function on core arrays [n] as the program does; gives float64[n].

        Args:
            name: the derived column, for errors.

        Raises:
            DataError: if the function fails or gives something else than one number per row.
        """
        where = f"derive '{name}'"
        values = self._call(where, cores)
        alone = self._call(where, [core[:1] for core in cores])
        if not np.allclose(alone, values[:1], rtol=1e-4, equal_nan=True):
            raise DataError(
                where,
                expected="answers that depend on their own row only",
                got=f"{alone[0]:g} for row 0 alone, {values[0]:g} among {len(values)} rows",
                hint="leave out sums and means over rows: they are learned by the steps, such as scale",
            )
        return values.astype(np.float64)

    def _call(self, where: str, cores: Sequence[Array]) -> Array:
        with jax.enable_x64(True):
            try:
                values = np.asarray(self.function(*(jnp.asarray(core) for core in cores)))
            except Exception as error:
                got = f"{type(error).__name__}: {error}"
                raise DataError(where, expected="a function of arrays [n]", got=got) from error
        if values.shape != cores[0].shape or values.dtype.kind not in "biuf":
            got = f"{values.dtype}{list(values.shape)} for n = {len(cores[0])}"
            raise DataError(where, expected="one number per row, [n]", got=got)
        return values
