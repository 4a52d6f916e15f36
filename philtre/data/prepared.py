"""A fitted recipe: the program from fields to features, and the one from scores to answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from philtre.data.fitted import FittedColumn
from philtre.data.frames import to_columns, to_polars
from philtre.data.target import FittedTarget
from philtre.data.totals import folds_of
from philtre.fields import AnyField, Array, Tensor
from philtre.profile import Profile, profile
from philtre.program import Program
from philtre.signature import Signature

if TYPE_CHECKING:
    from philtre.data.recipe import Recipe

BLOCK = 8192
"""XLA compiles for each number of rows, so that features are computed for this many at a time."""


@dataclass(frozen=True)
class Prepared:
    """What `Recipe.fit` learned. Immutable; a function from data frames to features.

    Attributes:
        recipe: the recipe that was fitted.
        columns: its columns with their statistics.
        goal: the target with its classes or its scale.
    """

    recipe: "Recipe"
    columns: tuple[FittedColumn, ...]
    goal: FittedTarget

    def __call__(self, frame: Any) -> Array:
        """Compute the features of a data frame, by `program` on XLA.

        Args:
            frame: any data frame that has the columns of `fields`, in any order, and perhaps others.

        Returns:
            float32[n, d], finite.

        Raises:
            SignatureError: if a column is absent or a value does not fit its field.
        """
        return self._blocks(self._encode(frame), None)

    def training(self, frame: Any) -> Array:
        """Compute the features of the rows of the fit: steps that learn from the target leave out each row's own fold.

        Args:
            frame: the rows of the fit, in the same order.

        Returns:
            float32[n, d]; equal to calling where no step learns from the target.
        """
        rows = self.recipe.labelled(frame)
        return self._blocks(self._encode(rows), folds_of(rows.height))

    def labels(self, frame: Any) -> Array:
        """The target of a data frame, as it is learned.

        Returns:
            int32[n], positions of the classes; of a regression standardised float32[n].

        Raises:
            DataError: if the target is absent, missing in a row, or a class that the fit has not seen.
        """
        return self.goal.labels(self.recipe.with_target(frame))

    def profiles(self, frame: Any) -> dict[str, Profile]:
        """Summaries of the inputs over a data frame, by name: what drift monitoring compares with."""
        wires = self._encode(frame)
        return {name: profile(field, wires[name]) for name, field in self.fields.items()}

    @cached_property
    def fields(self) -> dict[str, AnyField]:
        """The inputs: columns that give a feature, or that a derived column is computed from."""
        needed = {name for column in self.columns for name in column.column.parameters}
        return {
            column.name: column.field
            for column in self.columns
            if column.name in needed or not (column.column.dropped or column.column.derive)
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the features, such as "Age", "Age_missing", "Sex=male"."""
        return _unique(name for column in self.columns for name in column.names)

    @cached_property
    def program(self) -> Program:
        """The program from the fields to "features", float32[n, d], named by `names`."""
        inputs = tuple(self.fields)
        kept = [column for column in self.columns if column.names]

        def features(*arrays: jax.Array) -> dict[str, jax.Array]:
            return {"features": self._body(dict(zip(inputs, arrays, strict=True)))}

        derived = any(column.column.parameters for column in kept)
        return Program(
            features,
            inputs=self.fields,
            outputs={"features": Tensor((None, len(self.names)), names=self.names)},
            x64=True if derived else None,
            name="features",
        )

    @cached_property
    def target(self) -> Program:
        """The program from "scores", float32[n, k], to the answers: "label" and "probabilities", or "prediction".

        An answer whose name is that of an input gets an underscore: "label_".
        """
        return self.goal.program(self.fields)

    def _body(self, cores: Mapping[str, jax.Array], fold: jax.Array | None = None) -> jax.Array:
        """float32[n, d] of core arrays by input name."""
        blocks = [block for column in self.columns if column.names for block in column.features(cores, fold)]
        return jnp.concatenate(blocks, axis=1)

    def _blocks(self, wires: Mapping[str, Array], fold: Array | None) -> Array:
        n = Signature(self.fields, {}).batch(wires)
        starts = range(0, n, BLOCK)
        folds = [None if fold is None else _padded(fold, start) for start in starts]
        blocks = [self._features(wires, start, fold) for start, fold in zip(starts, folds, strict=True)]
        return np.concatenate([*blocks, np.empty((0, len(self.names)), np.float32)])[:n]

    def _features(self, wires: Mapping[str, Array], start: int, fold: Array | None) -> Array:
        """Run operation by operation: XLA keeps those, where the whole would be compiled for every recipe anew."""
        x64 = self.program.x64 or any(field.core_dtype.itemsize == 8 for field in self.fields.values())
        with jax.enable_x64(x64):
            blocks = {name: field.to_core(_padded(wires[name], start)) for name, field in self.fields.items()}
            cores = {name: jnp.asarray(block) for name, block in blocks.items()}
            return np.asarray(self._body(cores, None if fold is None else jnp.asarray(fold)))

    def _encode(self, frame: Any) -> dict[str, Array]:
        signature = Signature(self.fields, {})
        return signature.encode_columns(to_columns(to_polars(frame), signature))


def _padded(wire: Array, start: int) -> Array:
    """A block of rows from `start` on; the last one is repeated until the block is full."""
    block = wire[start : start + BLOCK]
    return np.pad(block, [(0, BLOCK - len(block)), *[(0, 0)] * (block.ndim - 1)], mode="edge")


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Mark names that occur again: a column may be called like the feature of another."""
    taken: dict[str, None] = {}
    for name in names:
        while name in taken:
            name += "'"
        taken[name] = None
    return tuple(taken)
