"""The target: which column is learned, as classes or as a number, and how scores become answers."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data import written
from philtre.data.kind import KINDS, finite
from philtre.data.spelling import ordered
from philtre.data.steps.statistic import Goals
from philtre.errors import DataError
from philtre.fields import PLAIN, AnyField, Array, Category, Number, Spelling, Tensor
from philtre.ops import softmax
from philtre.program import Program

Task = Literal["classification", "regression"]
GOALS = 10
"""Of so many classes at most, the first ones, steps learn how frequent each is."""


LARGEST = float(np.finfo(np.float32).max)
SMALLEST = 1e-36
SPREAD = 1e-6
"""Answers are float32, with seven digits: the deviation of a target is a larger share of its largest value."""


@dataclass(frozen=True)
class Target:
    """The column to learn. Immutable; equal by name and task, whatever the reason.

    Args:
        name: the column.
        task: "classification" or "regression".
        reason: why, in words.
        spelling: how values are written as text, where that is not plain.

    Raises:
        DataError: if the task is neither.
    """

    name: str
    task: Task
    reason: str = field(default="", compare=False)
    spelling: Spelling = PLAIN

    def __post_init__(self) -> None:
        if self.task not in ("classification", "regression"):
            raise DataError(
                f"target '{self.name}'", expected="the task 'classification' or 'regression'", got=repr(self.task)
            )

    @property
    def code(self) -> str:
        """Python source that makes an equal target."""
        values = (self.name, self.task, *([self.reason] if self.reason else []))
        given = [json.dumps(value, ensure_ascii=False) for value in values]
        return f"Target({', '.join(given + [f'spelling={self.spelling.code}'] * (self.spelling != PLAIN))})"

    def values(self, dtype: pl.DataType) -> pl.Expr:
        """The target's values as text or float64; null where missing or not finite.

        Raises:
            DataError: if values of this type are no classes or numbers.
        """
        kind, expected = ("category", "classes") if self.task == "classification" else ("number", "numbers")
        if not KINDS[kind].accepts(dtype, self.spelling):
            hint = "cast the column, or infer the recipe anew"
            raise DataError(f"target '{self.name}'", expected=expected, got=f"values of type {dtype}", hint=hint)
        column = pl.col(self.name)
        if self.task == "classification":
            return written.names(column, dtype, self.spelling)
        return finite(written.numbers(column, dtype, self.spelling).cast(pl.Float64))

    def fit(self, frame: pl.DataFrame | pl.LazyFrame) -> "FittedTarget":
        """Learn the classes, or the mean and deviation.

        Raises:
            DataError: if every row has the same value, or none.
        """
        rows = frame.lazy()
        dtype = rows.collect_schema()[self.name]
        column = self.values(dtype)
        if self.task == "classification":
            names = rows.select(pl.col(self.name).unique()).select(column).collect(engine="streaming")
            classes = ordered(names.to_series().drop_nulls().unique())
            self._check_variety(classes)
            return Classes(self, classes)
        statistics = (column.min().alias("low"), column.max().alias("high"), column.mean(), column.std(ddof=0))
        found = rows.select(each.alias(f"{i}") for i, each in enumerate(statistics)).collect(engine="streaming")
        low, high, mean, deviation = found.row(0)
        self._check_variety(() if low is None else (low,) if low == high else (low, high))
        self._check_range(max(abs(low), abs(high)), deviation)
        return Scaled(self, mean, deviation)

    def _check_variety(self, values: tuple[Any, ...]) -> None:
        if len(values) < 2:
            got = f"{values[0]!r} in every row" if values else "no values"
            raise DataError(f"target '{self.name}'", expected="values that differ", got=got)

    def _check_range(self, largest: float, deviation: float) -> None:
        """Refuse numbers that float32, in which the program answers, does not hold or hardly tells apart."""
        where = f"target '{self.name}'"
        if not largest <= LARGEST:
            hint = "divide them, or learn their logarithm"
            raise DataError(where, expected=f"numbers up to {LARGEST:.3g}", got=f"{largest:.3g}", hint=hint)
        if not deviation >= max(SPREAD * largest, SMALLEST):
            got = f"numbers up to {largest:.6g} that differ by {deviation:.3g}"
            hint = f"{'multiply them by' if largest < 1 else 'subtract'} a constant"
            raise DataError(where, expected="numbers that float32 tells apart", got=got, hint=hint)


@dataclass(frozen=True)
class Interval:
    """How far from a prediction the true value may be: one width for each part of the predictions.

    Attributes:
        level: share of the true values that lie within, 0 to 1.
        edges: where the parts of the predictions meet, ascending; a prediction on an edge belongs to the lower part.
        widths: distance from the prediction to both ends, one more than there are edges.
    """

    level: float
    edges: tuple[float, ...]
    widths: tuple[float, ...]


class FittedTarget(Protocol):
    """A target that knows its classes or its scale."""

    def goals(self, frame: pl.DataFrame | pl.LazyFrame) -> Goals:
        """The target as numbers, for steps that learn from it."""

    def labels(self, frame: pl.DataFrame) -> Array:
        """What is learned: int32[n] positions of the classes, or standardised float32[n]."""

    def program(self, taken: Collection[str] = ()) -> Program:
        """Make the program from "scores" float32[n, k] to the answers; a name that is taken gets an underscore."""


@dataclass(frozen=True)
class Classes:
    """A classifier's target: the class names, as text, in the order of the scores.

    Attributes:
        target: the column.
        values: the classes.
        temperature: what scores are divided by, so that probabilities are as often right as they say.
        threshold: of two classes, the probability of the second from which on it is the label; None: the likelier one.
    """

    target: Target
    values: tuple[str, ...]
    temperature: float = 1.0
    threshold: float | None = None

    def goals(self, frame: pl.DataFrame | pl.LazyFrame) -> Goals:
        names = self.target.values(frame.lazy().collect_schema()[self.target.name])
        classes = self.values[1:] if len(self.values) == 2 else self.values[:GOALS]
        columns = tuple((names == each).cast(pl.Float64) for each in classes)
        return Goals(columns, classes if len(classes) > 1 else ("",))

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

    def program(self, taken: Collection[str] = ()) -> Program:
        def answer(scores: jax.Array) -> tuple[jax.Array, jax.Array]:
            probabilities = softmax(scores / np.float32(self.temperature), axis=-1)
            if self.threshold is None:
                label = jnp.argmax(scores, axis=-1)
            else:
                label = jax.lax.index_in_dim(probabilities, 1, axis=1, keepdims=False) >= np.float32(self.threshold)
            return label.astype(jnp.int32), probabilities

        probabilities = Tensor((None, len(self.values)), names=self.values)
        fields: dict[str, AnyField] = {"label": Category(self.values), "probabilities": probabilities}
        return _program(answer, len(self.values), fields, taken)


@dataclass(frozen=True)
class Scaled:
    """A regressor's target: learned as ``(y - mean) / deviation``.

    Attributes:
        target: the column.
        mean: of the rows it was fitted on.
        deviation: of the same.
        interval: how far off a prediction may be; None answers without "lower" and "upper".
    """

    target: Target
    mean: float
    deviation: float
    interval: Interval | None = None

    def goals(self, frame: pl.DataFrame | pl.LazyFrame) -> Goals:
        return Goals((self.target.values(frame.lazy().collect_schema()[self.target.name]),), ("",))

    def labels(self, frame: pl.DataFrame) -> Array:
        numbers = _known(self.target, frame).to_numpy()
        return ((numbers - self.mean) / self.deviation).astype(np.float32)

    def program(self, taken: Collection[str] = ()) -> Program:
        mean, deviation = np.float32(self.mean), np.float32(self.deviation)

        def answer(scores: jax.Array) -> tuple[jax.Array, ...]:
            prediction = jnp.squeeze(scores, axis=1) * deviation + mean
            if self.interval is None:
                return (prediction,)
            width = _width(prediction, self.interval)
            return prediction, prediction - width, prediction + width

        names = ("prediction",) if self.interval is None else ("prediction", "lower", "upper")
        return _program(answer, 1, {name: Number() for name in names}, taken)


def _width(prediction: jax.Array, interval: Interval) -> jax.Array:
    width = jnp.full_like(prediction, interval.widths[0])
    for edge, wide in zip(interval.edges, interval.widths[1:], strict=True):
        width = jnp.where(prediction > np.float32(edge), np.float32(wide), width)
    return width


def _program(
    answer: Callable[[Any], tuple[Any, ...]], k: int, fields: Mapping[str, AnyField], taken: Collection[str]
) -> Program:
    """Name the answers; the graph of a file cannot have an output of the same name as an input, so it steps aside."""
    outputs = {_aside(name, taken): field for name, field in fields.items()}

    def named(scores: jax.Array) -> dict[str, jax.Array]:
        return dict(zip(outputs, answer(scores), strict=True))

    return Program(named, inputs={"scores": Tensor((None, k))}, outputs=outputs, name="target")


def _aside(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


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
