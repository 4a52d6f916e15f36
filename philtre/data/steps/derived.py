"""Derived: what the steps have in common that compute a column from others."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from philtre.data.steps.step import NUMERIC, Identity
from philtre.errors import DataError
from philtre.fields import Array


class Derive(Identity):
    """The first step of a derived column."""

    kinds = frozenset({"derived"})
    sources = NUMERIC | {"boolean", "category", "timestamp"}
    """The kinds that the columns may have which it takes."""
    names: tuple[str, ...] | None = None
    """What the answers stand for, if they are codes of a category."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """Names of the columns that it takes."""

    @abstractmethod
    def compute(self, *cores: Any) -> Any:
        """Core arrays [n] of those columns to one array [n], in jnp."""

    def bind(self, known: Sequence[tuple[str, ...]]) -> "Derive":
        """The step that knows the categories of the columns that it takes."""
        return self

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
                values = np.asarray(self.compute(*(jnp.asarray(core) for core in cores)))
            except Exception as error:
                got = f"{type(error).__name__}: {error}"
                raise DataError(where, expected="a function of arrays [n]", got=got) from error
        if values.shape != cores[0].shape or values.dtype.kind not in "biuf":
            got = f"{values.dtype}{list(values.shape)} for n = {len(cores[0])}"
            raise DataError(where, expected="one number per row, [n]", got=got)
        return values
