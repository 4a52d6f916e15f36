"""Folds: which rows a model is fitted on, and which it is judged by."""

import numpy as np

from philtre.errors import DataError
from philtre.fields import Array

Fold = tuple[Array, Array]


def folds(labels: Array, count: int, *, seed: int, stratified: bool) -> list[Fold]:
    """Split rows into parts of equal size; each part is once the one that judges.

    Args:
        labels: [n], class indices where `stratified`.
        count: number of parts (at least 2).
        seed: same seed, same folds.
        stratified: give every part the same share of each class; a class of two rows or more is in every part that
            is fitted on.

    Returns:
        `count` pairs of row indices, ascending: to fit on, to judge by.

    Example:
        >>> for fit, judge in folds(np.array([0, 0, 1, 1]), 2, seed=0, stratified=True):
        ...     print(len(fit), len(judge))
        2 2
        2 2
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(labels))
    if stratified:
        order = order[np.argsort(labels[order], kind="stable")]
    part = np.empty(len(labels), np.int64)
    part[order] = np.arange(len(labels)) % count
    return _pairs(part, count)


def grouped_folds(groups: Array, count: int, *, seed: int) -> list[Fold]:
    """Split rows so that those of a group stay together: a model is judged by groups that it has not seen.

    The largest groups are dealt out first, each to the part that has the fewest rows.

    Args:
        groups: int[n], positions of the groups.
        count: number of parts.
        seed: decides among groups of the same size.

    Raises:
        DataError: if there are fewer groups than parts.
    """
    sizes = np.bincount(groups)
    if len(sizes) < count:
        raise DataError("folds", expected=f"at least {count} groups", got=f"{len(sizes)}", hint="take fewer folds")
    order = np.random.default_rng(seed).permutation(len(sizes))
    rows, part_of = np.zeros(count, np.int64), np.empty(len(sizes), np.int64)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        part_of[group] = np.argmin(rows)
        rows[part_of[group]] += sizes[group]
    return _pairs(part_of[groups], count)


def timed_folds(times: Array, count: int) -> list[Fold]:
    """Split rows by time: each part is judged by a model of all that came before, as it will be in use.

    Args:
        times: [n], anything that can be sorted.
        count: number of folds; the rows are cut into one part more, and the first only ever trains.

    Example:
        >>> [(len(fit), judge.tolist()) for fit, judge in timed_folds(np.array([5, 4, 3, 2, 1, 0]), 2)]
        [(2, [2, 3]), (4, [0, 1])]
    """
    parts = np.array_split(np.argsort(times, kind="stable"), count + 1)
    return [(np.sort(np.concatenate(parts[:i])), np.sort(parts[i])) for i in range(1, count + 1)]


def _pairs(part: Array, count: int) -> list[Fold]:
    return [(np.flatnonzero(part != i), np.flatnonzero(part == i)) for i in range(count)]
