"""A profile describes the values of one field in one data set: what drift monitoring compares with.

It is taken from the wire form, so that every field is described in the same few terms.
"""

from typing import Any

import msgspec
import numpy as np

from philtre.fields import MISSING_TEXT, MISSING_TIME, AnyField, Array, Boolean, Category, Hashed, Tensor, Text

MOST_FREQUENT = 100
QUANTILES = 20


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """Summary of one column.

    Numbers and timestamps (in microseconds) have a range, a mean, a standard deviation and quantiles; categories and
    booleans have frequencies, texts those of their known words, hashed categories those of their buckets; tensors with
    named entries have a profile per entry, others the range of all elements.
    """

    count: int
    missing: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    quantiles: tuple[float, ...] = ()
    """The 0 %, 5 %, ..., 100 % quantiles of the values that are finite."""
    frequencies: dict[str, int] = {}
    """Counts of the most frequent values, most frequent first."""
    other: int = 0
    """Count of the values beyond the most frequent ones."""
    entries: dict[str, "Profile"] = {}
    """Profiles of the named entries of a tensor."""


def profile(field: AnyField, wire: Array) -> Profile:
    """Summarise a wire array of a field.

    Args:
        field: the field the array belongs to.
        wire: its values in wire form, [n, ...].

    Example:
        >>> from philtre.fields import Number
        >>> ages = profile(Number(missing=True), np.array([20, 30, np.nan], np.float32))
        >>> ages.count, ages.missing, ages.mean
        (3, 1, 25.0)
    """
    if isinstance(field, Tensor) and field.names and wire.ndim == 2:
        entries = {name: _of_numbers(wire[:, i]) for i, name in enumerate(field.names)}
        return Profile(count=len(wire), entries=entries)
    if isinstance(field, Boolean):
        return _of_names(np.array(["false", "true", ""], object)[wire])
    if isinstance(field, Hashed):
        return _of_names(np.array([*map(str, range(field.buckets)), ""], object)[wire])
    if isinstance(field, Text):
        words = _of_names(np.array(field.words, object)[wire[wire >= 0]])
        return msgspec.structs.replace(words, count=len(wire), missing=int((wire[:, 0] == MISSING_TEXT).sum()))
    if isinstance(field, Category) or wire.dtype.kind == "O":
        return _of_names(wire.ravel())
    if wire.dtype.kind == "i" and not isinstance(field, Tensor):
        present = wire[wire != MISSING_TIME]
        return _of_numbers(present.astype(np.float64), missing=len(wire) - len(present))
    return _of_numbers(wire.ravel().astype(np.float64))


def _of_numbers(values: Array, missing: int = 0) -> Profile:
    finite = values[np.isfinite(values)].astype(np.float64)
    count = len(values) + missing
    absent = missing + int(np.isnan(values).sum())
    if not len(finite):
        return Profile(count=count, missing=absent)
    quantiles: list[float] = np.quantile(finite, np.linspace(0, 1, QUANTILES + 1)).tolist()
    return Profile(
        count=count,
        missing=absent,
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        mean=float(finite.mean()),
        deviation=float(finite.std()),
        quantiles=tuple(quantiles),
    )


def _of_names(texts: Array) -> Profile:
    counts: dict[Any, int] = {}
    for text in texts.tolist():
        counts[text] = counts.get(text, 0) + 1
    missing = counts.pop("", 0)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    top = dict(ranked[:MOST_FREQUENT])
    return Profile(count=len(texts), missing=missing, frequencies=top, other=len(texts) - missing - sum(top.values()))
