"""Folds: which rows a model is fitted on, and which it is judged by."""

import numpy as np

from philtre.fields import Array

Fold = tuple[Array, Array]


def folds(labels: Array, count: int, *, seed: int, stratified: bool) -> list[Fold]:
    """Split rows into parts of equal size; each part is once the one that judges.

    Args:
        labels: [n], class indices where `stratified`.
        count: number of parts (at least 2).
        seed: same seed, same folds.
        stratified: give every part the same share of each class.

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
    return [(np.flatnonzero(part != i), np.flatnonzero(part == i)) for i in range(count)]
