"""Which folds a table is judged by: how many, and whether classes, groups or time decide."""

from typing import Any

import numpy as np

from philtre.automl.folds import Fold, folds, grouped_folds, timed_folds
from philtre.automl.options import Options
from philtre.errors import DataError, meant
from philtre.fields import Array

FOLDS = 5
LARGE = 20_000
"""Above so many rows one fifth is held out, and says enough."""


def split(frame: Any, labels: Array | None, options: Options) -> list[Fold]:
    """Cut a table into folds as the options say.

    Args:
        frame: the rows that have a target.
        labels: int[n], positions of the classes, which keep their shares in each part; None for a regression.
        options: `folds` None gives 5, or one held-out fifth of more than 20,000 rows; `groups` keeps the rows with
            the same value in that column together; `time` judges by rows later than those that are fitted on.

    Raises:
        DataError: if a column is absent, lacks values, or has fewer groups than folds.
    """
    held_out = options.folds is None and frame.height > LARGE
    count = max(2, min(options.folds or FOLDS, frame.height // 2))
    if options.time:
        times = _values(frame, options.time)
        return timed_folds(times, count - 1 if held_out else count)[-1 if held_out else 0 :]
    if options.groups:
        groups = np.unique(_values(frame, options.groups).astype(str), return_inverse=True)[1]
        parts = grouped_folds(groups, count, seed=options.seed)
    else:
        rows = np.zeros(frame.height, np.int64) if labels is None else labels
        parts = folds(rows, count, seed=options.seed, stratified=labels is not None)
    return parts[:1] if held_out else parts


def _values(frame: Any, name: str) -> Array:
    if name not in frame.columns:
        raise DataError(
            f"column '{name}'", expected=f"one of {frame.columns[:20]}", got="none", hint=meant(name, frame.columns)
        )
    if frame[name].null_count():
        raise DataError(f"column '{name}'", expected="a value in every row", got=f"{frame[name].null_count()} missing")
    values: Array = frame[name].to_numpy()
    return values
