"""Assign each row to a part: at random with equal shares of each class, by groups, by time."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from philtre.errors import DataError
from philtre.fields import Array

_ISO = r"^\d{4}[-/]\d{2}[-/]\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?$"


def random_keys(n: int, seed: int) -> Array:
    """uint64[n], the raw output of a bit generator, which NumPy keeps the same from version to version."""
    if seed < 0:
        raise DataError("split", expected="a seed >= 0", got=str(seed))
    return np.asarray(np.random.PCG64(seed).random_raw(n))


def judging_rows(classes: Array, keys: Array, count: int) -> Array:
    """Choose `count` rows at random, of each class its share within one row.

    Rows stand in the order of their classes, at random within each; the chosen ones are spread evenly over them. A row
    that is alone in its class is not chosen.

    Args:
        classes: int[n], from 0.
        keys: uint64[n], random.
        count: rows to choose (0 < count < n).

    Returns:
        bool[n], whether a row is chosen.

    Raises:
        DataError: if there are too few rows in classes of two or more.
    """
    alone = np.bincount(classes)[classes] == 1
    order = np.lexsort((keys, classes, alone))
    among = int((~alone).sum())
    if among <= count:
        got = f"{len(classes) - among} of {len(classes)} rows whose class occurs once"
        raise DataError("split by class", expected=f"more than {count} rows to choose from", got=got)
    positions = np.arange(among)
    chosen = np.zeros(len(classes), bool)
    chosen[order[:among]] = (positions + 1) * count // among > positions * count // among
    return chosen


def dealt(classes: Array, keys: Array, parts: int) -> Array:
    """Deal rows out to parts like cards, class after class; int[n], from 0."""
    part = np.empty(len(classes), np.int64)
    part[np.lexsort((keys, classes))] = np.arange(len(classes)) % parts
    return part


def judging_groups(groups: Array, keys: Array, count: int) -> Array:
    """Choose whole groups, in random order, that have about `count` rows together; bool[n]."""
    sizes = np.bincount(groups)
    order = np.argsort(keys[: len(sizes)], kind="stable")
    rows = np.cumsum(sizes[order])[:-1]
    taken = order[: 1 + int(np.argmin(np.abs(rows - count)))]
    return np.isin(groups, taken)


def dealt_groups(groups: Array, keys: Array, parts: int) -> Array:
    """Give each group, the largest first, to the part with the fewest rows; int[n], from 0."""
    sizes = np.bincount(groups)
    rows = np.zeros(parts, np.int64)
    part_of = np.empty(len(sizes), np.int64)
    for group in np.lexsort((keys[: len(sizes)], -sizes)):
        part_of[group] = int(np.argmin(rows))
        rows[part_of[group]] += sizes[group]
    return part_of[groups]


def in_time(times: Array, sizes: Sequence[int]) -> Array:
    """Cut rows into parts from the earliest to the latest, of about these sizes; equal times stay together.

    Args:
        times: int[n], ranks from 0 without gaps, at least as many as parts.
        sizes: of the parts.

    Returns:
        int[n], the part of each row, from 0.
    """
    edges = np.cumsum(np.bincount(times))[:-1]
    cuts: list[int] = []
    for i, target in enumerate(np.cumsum(sizes)[:-1]):
        first = cuts[-1] + 1 if cuts else 0
        last = len(edges) - (len(sizes) - 2 - i)
        cuts.append(first + int(np.argmin(np.abs(edges[first:last] - target))))
    return np.asarray(np.searchsorted(np.array(cuts), times, side="left"))


def codes_of(column: pl.Series, what: str, parts: int) -> Array:
    """Number the values of a column from 0, in their order; a missing value is one of its own where it is a class.

    Args:
        column: the values.
        what: "class", "group" or "time".
        parts: how many parts there will be.

    Raises:
        DataError: if a group or time is missing, there are fewer of them than parts, or times have no order.
    """
    where = f"split, column {column.name!r}"
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if what == "time":
        _check_times(column, where)
    if what != "class" and column.null_count():
        row = int(column.is_null().arg_max() or 0)
        hint = "fill or drop the rows without one"
        raise DataError(where, expected=f"a {what} in every row", got=f"none in row {row}", hint=hint)
    ranks = column.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    codes: Array = ranks - ranks.min()
    if what != "class" and codes.max() + 1 < parts:
        raise DataError(where, expected=f"at least {parts} different values", got=f"{codes.max() + 1}")
    return codes


def _check_times(column: pl.Series, where: str) -> None:
    if column.dtype.is_temporal() or column.dtype.is_numeric():
        return
    expected = "dates, times, numbers, or text such as 2024-05-01"
    if column.dtype != pl.String:
        raise DataError(where, expected=expected, got=f"values of type {column.dtype}")
    texts = column.drop_nulls()
    odd = texts.filter(~texts.str.contains(_ISO) | (texts.str.len_bytes() != texts.str.len_bytes().first()))
    if len(odd):
        raise DataError(where, expected=expected, got=repr(odd[0]), hint="turn it into dates first")
