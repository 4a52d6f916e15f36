"""The target: which column is learned, as classes or as a number, and how scores become answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data.kind import finite
from philtre.data.spelling import ordered, text
from philtre.errors import DataError
from philtre.fields import Array, Category, Number, Tensor
from philtre.ops import softmax
from philtre.program import Program

Task = Literal["classification", "regression"]


@dataclass(frozen=True)
class Target:
    """The column to learn. Immutable; equal by name and task, whatever the reason.

    Args:
        name: the column.
        task: "classification" or "regression".
        reason: why, in words.

    Raises:
        DataError: if the task is neither.
    """

    name: str
    task: Task
    reason: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.task not in ("classification", "regression"):
            raise DataError(
                f"target '{self.name}'", expected="the task 'classification' or 'regression'", got=repr(self.task)
            )

    @property
    def code(self) -> str:
        """Python source that makes an equal target."""
        values = (self.name, self.task, *([self.reason] if self.reason else []))
        return f"Target({', '.join(json.dumps(value, ensure_ascii=False) for value in values)})"

    def values(self, dtype: pl.DataType) -> pl.Expr:
        """The target's values as text or float64; null where missing or not finite."""
        column = pl.col(self.name)
        return text(column, dtype) if self.task == "classification" else finite(column.cast(pl.Float64))

    def fit(self, frame: pl.DataFrame | pl.LazyFrame) -> "FittedTarget":
        """Learn the classes, or the mean and deviation.

        Raises:
            DataError: if every row has the same value, or none.
        """
        rows = frame.lazy()
        dtype = rows.collect_schema()[self.name]
        column = self.values(dtype)
        names = rows.select(pl.col(self.name).unique()).select(column).collect(engine="streaming")
        different = names.to_series().drop_nulls().unique()
        if len(different) < 2:
            got = f"{different[0]!r} in every row" if len(different) else "no values"
            raise DataError(f"target '{self.name}'", expected="values that differ", got=got)
        if self.task == "classification":
            return Classes(self, ordered(different))
        moments = rows.select(column.mean().alias("mean"), column.std(ddof=0).alias("deviation"))
        return Scaled(self, *moments.collect(engine="streaming").row(0))


class FittedTarget(Protocol):
    """A target that knows its classes or its scale."""

    def labels(self, frame: pl.DataFrame) -> Array:
        """What is learned: int32[n] positions of the classes, or standardised float32[n]."""

    @property
    def program(self) -> Program:
        """ "scores" float32[n, k] to the answers."""


@dataclass(frozen=True)
class Classes:
    """A classifier's target: the class names, as text, in the order of the scores."""

    target: Target
    values: tuple[str, ...]

    def labels(self, frame: pl.DataFrame) -> Array:
        names = _known(self.target, frame)
        unseen = sorted(set(names.unique()) - set(self.values))
        if unseen:
            raise DataError(
                f"target '{self.target.name}'",
                expected=f"one of the classes {list(self.values[:20])}",
                got=f"{unseen[0]!r} in row {names.index_of(unseen[0])}",
                hint="fit the recipe on rows of every class",
            )
        return names.replace_strict(self.values, range(len(self.values)), return_dtype=pl.Int32).to_numpy()

    @property
    def program(self) -> Program:
        def answer(scores: jax.Array) -> dict[str, jax.Array]:
            label = jnp.argmax(scores, axis=-1).astype(jnp.int32)
            return {"label": label, "probabilities": softmax(scores, axis=-1)}

        probabilities = Tensor((None, len(self.values)), names=self.values)
        return _program(answer, len(self.values), label=Category(self.values), probabilities=probabilities)


@dataclass(frozen=True)
class Scaled:
    """A regressor's target: learned as ``(y - mean) / deviation``."""

    target: Target
    mean: float
    deviation: float

    def labels(self, frame: pl.DataFrame) -> Array:
        numbers = _known(self.target, frame).to_numpy()
        return ((numbers - self.mean) / self.deviation).astype(np.float32)

    @property
    def program(self) -> Program:
        mean, deviation = np.float32(self.mean), np.float32(self.deviation)

        def answer(scores: jax.Array) -> dict[str, jax.Array]:
            return {"prediction": scores[:, 0] * deviation + mean}

        return _program(answer, 1, prediction=Number())


def _program(answer: Callable[[Any], Any], k: int, **outputs: Any) -> Program:
    return Program(answer, inputs={"scores": Tensor((None, k))}, outputs=outputs, name="target")


def _known(target: Target, frame: pl.DataFrame) -> pl.Series:
    """The target's values, none missing."""
    values = frame.select(target.values(frame.schema[target.name])).to_series()
    if values.null_count():
        row = values.is_null().arg_max()
        raise DataError(
            f"target '{target.name}'",
            expected="a value in every row",
            got=f"none in row {row}",
            hint="recipe.labelled(frame) leaves such rows out",
        )
    return values
