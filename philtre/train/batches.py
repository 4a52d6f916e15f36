"""Batches: pairs of inputs and targets, the same in every epoch or shuffled anew."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from philtre.errors import TrainingError

Arrays = Any
"""An array [n, ...], or a dict of arrays by input name."""
Pair = tuple[Arrays, Any]


def batches(x: Arrays, y: Any, *, batch_size: int = 32, shuffle: bool = True, seed: int = 0) -> "Batches":
    """Cut arrays in memory into batches; the last one may be smaller.

    Args:
        x: inputs [n, ...], or a dict of them by input name.
        y: targets [n, ...].
        batch_size: rows a batch (at least 1).
        shuffle: take the rows in another order in every epoch.
        seed: same seed, same orders.

    Raises:
        TrainingError: if there are no rows, or inputs and targets differ in number.
    """
    columns = {name: np.asarray(array) for name, array in x.items()} if isinstance(x, Mapping) else np.asarray(x)
    targets = np.asarray(y)
    sizes = {len(array) for array in (columns.values() if isinstance(columns, dict) else [columns])} | {len(targets)}
    if len(sizes) != 1 or not len(targets) or batch_size < 1:
        raise TrainingError(
            "batches",
            expected="as many targets as inputs, at least one, and a batch size of at least 1",
            got=f"{sorted(sizes)} rows, batch size {batch_size}",
        )
    return Batches(columns, targets, batch_size, shuffle, seed)


@dataclass(frozen=True, eq=False)
class Batches:
    """Description made by `batches`; iterating gives one epoch."""

    x: Arrays
    y: Any
    batch_size: int
    shuffle: bool
    seed: int

    def __len__(self) -> int:
        return -(-len(self.y) // self.batch_size)

    def __iter__(self) -> Iterator[Pair]:
        return self.epoch(0)

    def epoch(self, epoch: int) -> Iterator[Pair]:
        """The batches of one epoch, counted from 0: its order depends on the seed and this number alone."""
        rows = np.arange(len(self.y))
        if self.shuffle:
            rows = np.random.default_rng([self.seed, epoch]).permutation(rows)
        for start in range(0, len(rows), self.batch_size):
            yield _take(self.x, rows[start : start + self.batch_size]), self.y[rows[start : start + self.batch_size]]


def epoch_of(data: Any, epoch: int) -> Iterator[Pair]:
    """One epoch of any data that training takes: `Batches`, a pair of arrays, or an iterable of pairs.

    Raises:
        TrainingError: if it is none of these.
    """
    if isinstance(data, Batches):
        return data.epoch(epoch)
    if isinstance(data, tuple) and len(data) == 2 and not isinstance(data[0], tuple):
        return iter(batches(*data, batch_size=min(1024, len(data[1]) or 1), shuffle=False))
    try:
        return iter(data)
    except TypeError:
        raise TrainingError(
            "data", expected="batches(x, y), a pair of arrays, or an iterable of pairs", got=f"a {type(data).__name__}"
        ) from None


def _take(x: Arrays, rows: Any) -> Arrays:
    return {name: array[rows] for name, array in x.items()} if isinstance(x, dict) else x[rows]
