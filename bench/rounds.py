"""Timing side by side: rounds in shuffled order, so that no contender always runs behind the same one."""

import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

ROUNDS = 10


def interleaved(
    calls: Mapping[str, Callable[[], Any]], *, rounds: int = ROUNDS, seconds: float = 0.1
) -> dict[str, list[float]]:
    """Seconds of a call, one figure a round, for each contender.

    Args:
        calls: by name.
        rounds: of them all.
        seconds: a contender's time in a round, at least one call.
    """
    counts = {name: max(1, int(seconds / _once(call))) for name, call in calls.items()}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    order = list(calls)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            call, count = calls[name], counts[name]
            call()
            started = time.perf_counter()
            for _ in range(count):
                call()
            taken[name].append((time.perf_counter() - started) / count)
    return taken


def medians(taken: Mapping[str, list[float]]) -> dict[str, float]:
    """The middle figure of each contender."""
    return {name: statistics.median(figures) for name, figures in taken.items()}


def _once(call: Callable[[], Any]) -> float:
    call()
    call()
    started = time.perf_counter()
    call()
    return max(time.perf_counter() - started, 1e-6)
