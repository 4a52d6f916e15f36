"""A column as a report sees it: its rows by value, its figures, and the target beside them."""

from dataclasses import dataclass

import polars as pl

from philtre import plot
from philtre.data.column import Column
from philtre.data.kind import KINDS
from philtre.data.spelling import ordered
from philtre.data.target import Target
from philtre.fields import Array
from philtre.plot import Groups, Outcome

SHARES = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True)
class Seen:
    """A column of a frame as its picture shows it.

    Attributes:
        name: of the column.
        column: what the recipe says of it.
        groups: its rows by value; None where it has no values that can be shown.
        quartiles: least, quarters and largest value of a number; else empty.
        distinct: number of different values.
    """

    name: str
    column: Column
    groups: Groups | None = None
    quartiles: tuple[float, ...] = ()
    distinct: int = 0

    @property
    def explained(self) -> float:
        """Share of the target's variance that the column alone explains."""
        return (self.groups.explained if self.groups else None) or 0.0


def see(name: str, column: Column, frame: pl.DataFrame, outcome: Outcome) -> Seen:
    """Look at a column of a frame, as the recipe's fit does where it can."""
    values = _values(name, column, frame)
    if values is None or values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return Seen(name, column)
    distinct = values.drop_nulls().n_unique()
    if column.kind == "timestamp":
        milliseconds = values.cast(pl.Float64).to_numpy() / 1000
        return Seen(name, column, plot.group_numbers(milliseconds, outcome, time=True), distinct=distinct)
    if not values.dtype.is_numeric():
        texts = values.cast(pl.String, strict=False).to_list()
        return Seen(name, column, plot.group_values(texts, outcome), distinct=distinct)
    numbers = values.cast(pl.Float64)
    quartiles = [numbers.quantile(share) for share in SHARES]
    known = tuple(value for value in quartiles if value is not None)
    return Seen(name, column, plot.group_numbers(numbers.to_numpy(), outcome), known, distinct)


def see_derived(name: str, column: Column, feature: Array | None, outcome: Outcome) -> Seen:
    """Look at a derived column by the feature that became of it, float32[n]."""
    return Seen(name, column, None if feature is None else plot.group_numbers(feature, outcome))


def see_target(target: Target, frame: pl.DataFrame) -> tuple[Groups, Outcome]:
    """Look at the target: its classes in their order, or its values."""
    values = frame.select(target.values(frame.schema[target.name])).to_series()
    name = plot.shown(target.name, 24)
    if target.task == "regression":
        return plot.group_numbers(values.to_numpy()), plot.outcome(values.to_numpy(), name)
    return plot.group_values(values.to_list()), plot.outcome(values.to_list(), name, ordered(values.unique()))


def _values(name: str, column: Column, frame: pl.DataFrame) -> pl.Series | None:
    if name not in frame.columns:
        return None
    kind, dtype = KINDS.get(column.kind), frame.schema[name]
    readable = kind is not None and kind.accepts(dtype, column.spelling)
    fitted = kind.fitted(pl.col(name), dtype, column.spelling) if kind and readable else pl.col(name)
    return frame.select(fitted).to_series()
