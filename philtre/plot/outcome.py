"""The outcome: the target of rows as pictures see it, classes or a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from philtre.errors import DataError
from philtre.fields import Array
from philtre.plot.style import GREY, SERIES
from philtre.plot.words import distinct, number, percent, shown

OTHER = 5
"""Classes beyond so many are one."""
JOINED = " other classes"


@dataclass(frozen=True)
class Outcome:
    """The target of n rows: a class each, or a number each.

    Attributes:
        values: float64[n, k]; of classes, 1 in the column of the row's class.
        classes: names of the columns; empty for a number.
        name: what is shown for it.
    """

    values: Array
    classes: tuple[str, ...]
    name: str

    @property
    def binary(self) -> bool:
        """Whether there are two classes: the share of the second says all."""
        return len(self.classes) == 2

    @property
    def focus(self) -> int:
        """The column that stands for all where one is shown: the second of two classes, else the first."""
        return 1 if self.binary else 0

    @property
    def measure(self) -> str:
        """What is shown where one column stands for all, in words."""
        if not self.classes:
            return f"the mean of {self.name}"
        return f"the share of {self.name} = {self.classes[self.focus]}"

    @property
    def colours(self) -> list[str]:
        """A colour for each class; classes that were joined are grey."""
        return [GREY if name.endswith(JOINED) else colour for name, colour in zip(self.classes, SERIES, strict=False)]

    @cached_property
    def mean(self) -> Array:
        """float64[k], over all rows: shares of the classes, or the mean."""
        return np.asarray(self.values.mean(axis=0))

    def measured(self, mean: Array) -> str:
        """Say what the outcome is on some rows, of which `mean` float64[k] is the mean."""
        if not self.classes:
            return f"{self.name} is {number(mean[0])} on average"
        i = 1 if self.binary else int(np.argmax(mean))
        return f"{percent(mean[i])} have {self.name} = {self.classes[i]}"


def outcome(values: Any, name: str = "target", classes: Sequence[str] | None = None) -> Outcome:
    """Make an outcome of numbers, or of labels (text or truth values).

    Args:
        values: [n], none missing.
        name: what is shown for it.
        classes: the labels in order; by default as they are sorted. The rarest beyond six are joined.

    Raises:
        DataError: if there are no rows.
    """
    column = np.asarray(values)
    if not len(column):
        raise DataError("outcome", expected="rows", got="none")
    if column.dtype.kind in "iuf":
        return Outcome(column.astype(np.float64)[:, None], (), name)
    names, codes = encode(column.tolist())
    order = list(classes) if classes is not None else sorted(names, key=str)
    codes = np.array([order.index(label) for label in names])[codes]
    if len(order) > OTHER + 1:
        frequent = np.sort(np.argsort(-np.bincount(codes, minlength=len(order)), kind="stable")[:OTHER])
        place = np.full(len(order), OTHER)
        place[frequent] = np.arange(OTHER)
        codes, order = place[codes], [*(order[i] for i in frequent), f"{len(order) - OTHER}{JOINED}"]
    return Outcome(np.eye(len(order))[codes], distinct([shown(label) for label in order]), name)


def encode(values: Iterable[Any]) -> tuple[list[Any], Array]:
    """Different values in the order of their first appearance, and int64[n], each value's position there."""
    known: dict[Any, int] = {}
    codes = np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64)
    return list(known), codes
