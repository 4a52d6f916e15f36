"""Split a frame into rows to fit on and rows to judge by."""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

import narwhals as nw
import numpy as np

from philtre.data.assign import codes_of, dealt, dealt_groups, in_time, judging_groups, judging_rows, random_keys
from philtre.data.frames import to_polars
from philtre.errors import DataError
from philtre.fields import Array

Frame = TypeVar("Frame")


def split(
    frame: Frame,
    *,
    test: float = 0.2,
    stratify: str | None = None,
    group: str | None = None,
    time: str | None = None,
    seed: int = 0,
) -> tuple[Frame, Frame]:
    """Split the rows of a frame in two; each part keeps their order, and every row is in one of them.

    At most one of `stratify`, `group` and `time` names a column. Same rows and seed, same parts, on any machine.

    Args:
        frame: a data frame of any library that narwhals understands, eager or lazy.
        test: share of the rows in the second part (0 < test < 1); groups and equal times may change it a little.
        stratify: both parts hold each value of this column in its share, within one row; a value that occurs once
            goes to the first part. Missing values are a class of their own.
        group: no value of this column is in both parts.
        time: the second part holds the latest rows; rows of the same time stay together.
        seed: of the random choice; `time` makes none.

    Returns:
        The rows to fit on and those to judge by, as frames of the caller's kind.

    Raises:
        DataError: if the share is out of range, a column is absent, a group or time is missing, or the rows do not
            make two parts.

    Example:
        >>> import polars as pl
        >>> train, test = split(pl.DataFrame({"x": range(10), "y": [0, 1] * 5}), stratify="y")
        >>> train.height, sorted(test["y"])
        (8, [0, 1])
    """
    if not 0 < test < 1:
        raise DataError("split", expected="a share 0 < test < 1", got=f"test={test!r}")
    rows = _rows(frame, 2, stratify, group, time)
    count = min(max(1, round(test * rows.height)), rows.height - 1)
    keys = random_keys(rows.height, seed)
    if time is not None:
        judging = in_time(rows.codes, [rows.height - count, count]) == 1
    elif group is not None:
        judging = judging_groups(rows.codes, keys, count)
    else:
        judging = judging_rows(rows.codes, keys, count)
    return rows.take(frame, ~judging), rows.take(frame, judging)


def folds(
    frame: Frame,
    parts: int = 5,
    *,
    stratify: str | None = None,
    group: str | None = None,
    time: str | None = None,
    seed: int = 0,
) -> Iterator[tuple[Frame, Frame]]:
    """Split the rows of a frame into parts of about equal size, each of which judges once.

    With `time` there is one part more, from the earliest to the latest: each but the first judges what was fitted on
    all parts before it.

    Args:
        frame: see `split`.
        parts: number of pairs (at least 2).
        stratify: see `split`; a value that occurs once is judged in one fold, and in the rows to fit on of the others.
        group: see `split`.
        time: see `split`.
        seed: see `split`.

    Returns:
        An iterator of pairs: the rows to fit on and those to judge by.

    Raises:
        DataError: see `split`.

    Example:
        >>> import polars as pl
        >>> days = pl.DataFrame({"day": [3, 1, 2]})
        >>> [(train["day"].to_list(), test["day"].to_list()) for train, test in folds(days, 2, time="day")]
        [([1], [2]), ([1, 2], [3])]
    """
    if parts < 2:
        raise DataError("folds", expected="at least 2 parts", got=f"parts={parts!r}")
    count = parts + (time is not None)
    rows = _rows(frame, count, stratify, group, time)
    keys = random_keys(rows.height, seed)
    if time is not None:
        sizes = [rows.height * (i + 1) // count - rows.height * i // count for i in range(count)]
        part = in_time(rows.codes, sizes)
        return ((rows.take(frame, part < i), rows.take(frame, part == i)) for i in range(1, count))
    part = (dealt if group is None else dealt_groups)(rows.codes, keys, count)
    return ((rows.take(frame, part != i), rows.take(frame, part == i)) for i in range(count))


class _Rows(NamedTuple):
    """A frame's rows in memory."""

    eager: Any
    height: int
    codes: Array
    """int[n], the class, group or time of each row."""

    def take(self, frame: Any, chosen: Array) -> Any:
        """The chosen rows as a frame of the caller's kind."""
        taken = self.eager[np.flatnonzero(chosen)]
        asked = nw.from_native(frame)
        return (taken.lazy(asked.implementation) if isinstance(asked, nw.LazyFrame) else taken).to_native()


def _rows(frame: Any, parts: int, stratify: str | None, group: str | None, time: str | None) -> _Rows:
    named = {"class": stratify, "group": group, "time": time}
    asked = {what: name for what, name in named.items() if name is not None}
    if len(asked) > 1:
        got = " and ".join(f"a {what} {name!r}" for what, name in asked.items())
        raise DataError("split", expected="one of stratify, group and time", got=got)
    wrapped = _wrapped(frame)
    eager = wrapped.collect("polars") if isinstance(wrapped, nw.LazyFrame) else wrapped
    height = len(eager)
    if height < parts:
        raise DataError("split", expected=f"at least {parts} rows", got=f"{height}")
    for what, name in asked.items():
        if name not in eager.columns:
            raise DataError("split", expected=f"a column of {eager.columns}", got=repr(name))
        return _Rows(eager, height, codes_of(to_polars(eager.select(name).to_native())[name], what, parts))
    return _Rows(eager, height, np.zeros(height, np.int64))


def _wrapped(frame: Any) -> Any:
    try:
        return nw.from_native(frame)
    except (TypeError, nw.exceptions.DuplicateError):
        to_polars(frame)  # says what is wrong
        raise
