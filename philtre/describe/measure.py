"""A short calibration: a few programs on XLA, and from their times the rates that an estimate needs."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec

from philtre.describe.probes import DEGREE, DEPTH, LENGTHS, PRODUCTS, TURNS, programs

Positive = Annotated[float, msgspec.Meta(gt=0)]
Points = Annotated[tuple[tuple[Positive, Positive], ...], msgspec.Meta(min_length=1)]

ROUNDS, REPEATS = 2, 3
SLICE, LONG = 0.004, 0.02
TICK = 1e-7


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds that a machine needs.

    Args:
        call: per call, from Python and back.
        kernel: per kernel.
        turn: per turn of a loop.
        argument: points of bytes and seconds per byte, of inputs.
        traffic: points of bytes and seconds per byte, of elementwise kernels.
        stream: per byte of a matrix that is read once.
        flop: per operation of an elementwise kernel.
        transcendental: per value of a function that is computed for many entries at once, such as exp.
        library: per value of a function that is called entry by entry, such as sin.
        place: per entry that is put elsewhere, as concatenate and pad do.
        search: per entry of a row whose largest is sought.
        reduction: per entry of a row that is added up.
        product: points of flops and seconds per flop, of matrix products.
        convolution: per flop.
        comparison: per comparison of a sort.
        window: per entry of a pooling window.
        update: per entry that is scattered.
    """

    call: Positive
    kernel: Positive
    turn: Positive
    argument: Points
    traffic: Points
    stream: Positive
    flop: Positive
    transcendental: Positive
    library: Positive
    place: Positive
    search: Positive
    reduction: Positive
    product: Points
    convolution: Positive
    comparison: Positive
    window: Positive
    update: Positive


def measure() -> Rates:
    """Measure this machine, in about a second."""
    times = _fastest(programs())
    base = times["base"]

    def beyond(name: str, less: float = base) -> float:
        return max(times[name] - less, TICK)

    kernel = beyond("layers", times["loop"]) / (TURNS * (2 * DEPTH - 1))
    return Rates(
        call=times["call"],
        kernel=kernel,
        turn=max(beyond("loop") / TURNS - kernel, TICK / TURNS),
        argument=tuple((4.0 * n, beyond(f"numpy {n}", times[f"affine {n}"]) / (4 * n)) for n in LENGTHS),
        traffic=tuple((8.0 * n, beyond(f"affine {n}") / (8 * n)) for n in LENGTHS),
        stream=beyond("stream") / (4 * 1024 * 2048),
        flop=beyond("polynomial") / (2 * DEGREE * LENGTHS[0]),
        transcendental=beyond("exp") / LENGTHS[1],
        library=beyond("sin") / LENGTHS[0],
        place=beyond("windows") / (9 * 8 * 32 * 32 * 16),
        search=beyond("argmax") / (256 * 1024),
        reduction=beyond("sum") / (256 * 1024),
        product=tuple((2.0 * n**3, beyond(f"products {n}") / (count * 2 * n**3)) for n, count in PRODUCTS.items()),
        convolution=beyond("convolve") / (2 * 2 * 32 * 32 * 32 * 9 * 32),
        comparison=beyond("sort") / (8192 * 13),
        window=beyond("pool") / (4 * 64 * 64 * 16),
        update=beyond("scatter") / 8192,
    )


def _fastest(runs: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """Time programs in turn; the best of the rounds counts, as other work only ever adds to a time."""
    for run in runs.values():
        run()
    rounds = [{name: min(_repeated(run)) for name, run in runs.items()} for _ in range(ROUNDS)]
    return {name: min(times[name] for times in rounds) for name in runs}


def _repeated(run: Callable[[], Any]) -> Iterator[float]:
    """Give times, several of them unless they are long: the first after other programs finds cold caches."""
    begin = now = time.perf_counter()
    for repeat in itertools.count():
        if now - begin > (SLICE if repeat >= REPEATS else LONG):
            return
        run()
        before, now = now, time.perf_counter()
        yield now - before
