"""A column whose steps know their statistics: its field, its features, its body."""

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data.column import Column
from philtre.data.frames import to_column
from philtre.data.kind import KINDS, derived
from philtre.data.steps import Derive, Fitted, Masked, Vocabulary
from philtre.fields import AnyField, Array


@dataclass(frozen=True)
class FittedColumn:
    """A column of a recipe with the steps that are fitted so far. Immutable."""

    name: str
    column: Column
    steps: tuple[Fitted, ...] = ()

    @property
    def field(self) -> AnyField:
        """The field at the boundary; a derived column has none."""
        return KINDS[self.column.kind].field(self.column.missing, self.known, self.column.spelling)

    @property
    def known(self) -> Vocabulary:
        """The categories or words that a step has learned."""
        return next((step for step in self.steps if isinstance(step, Vocabulary)), Vocabulary(()))

    @property
    def consumed(self) -> bool:
        """Whether the column itself is no feature any more."""
        return any(step.consumes for step in self.steps)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        if self.column.dropped:
            return ()
        own = () if self.consumed else (self.name,)
        return (*own, *(self.name + suffix for step in self.steps for suffix in step.suffixes))

    def core(self, series: pl.Series) -> Array:
        """Encode a column of a frame as the program's body sees it."""
        return self.field.to_core(self.field.encode_column(to_column(series, self.field), self.name))

    def features(self, cores: Mapping[str, jax.Array], fold: jax.Array | None = None) -> list[jax.Array]:
        """Run the bodies of the steps.

        Args:
            cores: core arrays [n] by input name.
            fold: int[n], the fold of each row where they are the rows of the fit.

        Returns:
            Blocks of float32[n, k]; side by side they have `names`.
        """
        flow = self._enter(cores)._replace(fold=fold)
        blocks = []
        for step in self.steps:
            flow, features = step(flow)
            if features is not None:
                blocks.append(features)
        own = [] if self.consumed else [flow.values.astype(jnp.float32)[:, None]]
        return own + blocks

    def _enter(self, cores: Mapping[str, jax.Array]) -> Masked:
        derive = self.steps[0] if self.steps else None
        if isinstance(derive, Derive):
            values = jnp.asarray(derive.compute(*(cores[name] for name in derive.parameters)))
            return derived(values) if derive.names is None else Masked(values, None, derive.names)
        return KINDS[self.column.kind].traced(cores[self.name], self.column.missing, self.known)
