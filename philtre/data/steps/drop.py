"""Drop: leave a column out of the features."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from philtre.data.steps.step import Emitted, Masked, Step


def drop() -> "Drop":
    """Leave a column out. A dropped number can still be used by `derive`; else requests need not send it."""
    return Drop()


@dataclass(frozen=True)
class Drop(Step):
    """Description made by `drop`; it is its own fitted form, since it learns nothing."""

    name = "drop"
    kinds = frozenset({"number", "integer", "boolean", "category", "timestamp", "derived", "text", "other"})
    fills = True
    suffixes = ()
    consumes = True

    def fit(self, statistics: Mapping[str, Any]) -> "Drop":
        return self

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        return Emitted(column)
