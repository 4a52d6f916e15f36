"""A short calibration: a few programs on XLA, and from their times the rates that an estimate needs."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
from jax import lax

Positive = Annotated[float, msgspec.Meta(gt=0)]
Points = Annotated[tuple[tuple[Positive, Positive], ...], msgspec.Meta(min_length=1)]

ROUNDS, REPEATS = 2, 3
SLICE, LONG = 0.004, 0.02
TICK = 1e-7
SMALL = 2048  # smaller programs run without XLA's thread pool, and are no measure of others
DEPTH, TURNS, DEGREE = 4, 100, 32
PRODUCTS = {64: 32, 256: 4, 640: 1}
LENGTHS = (65_536, 1_048_576, 9_437_184)  # the last is beyond what malloc keeps, so that each call maps fresh pages


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
    times = _fastest(_programs())
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


def _programs() -> dict[str, Callable[[], Any]]:
    programs: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        "base": (_affine, (_ones(SMALL),)),
        "layers": (_layers, (_ones(8, 8),)),
        "loop": (_loop, (_ones(TURNS, SMALL),)),
        "stream": (jnp.matmul, (_ones(1, 1024), _ones(1024, 2048))),
        "polynomial": (_polynomial, (_ones(LENGTHS[0]),)),
        "exp": (jnp.exp, (_ones(LENGTHS[1]),)),
        "sin": (jnp.sin, (_ones(LENGTHS[0]),)),
        "windows": (_windows, (_ones(8, 32, 32, 16),)),
        "argmax": (_argmax, (_ones(256, 1024),)),
        "sum": (_sum, (_ones(256, 1024),)),
        "convolve": (_convolve, (_ones(2, 32, 32, 32), _ones(3, 3, 32, 32))),
        "sort": (jnp.sort, (_shuffled(8192, "float32"),)),
        "pool": (_pool, (_ones(4, 64, 64, 16),)),
        "scatter": (_scatter, (_ones(8192), _shuffled(8192, "int32"))),
        **{f"affine {n}": (_affine, (_ones(n),)) for n in LENGTHS},
        **{f"numpy {n}": (_affine, (np.ones(n, np.float32),)) for n in LENGTHS},
        **{f"products {n}": (partial(_products, count), (_ones(n, n),)) for n, count in PRODUCTS.items()},
    }
    runs = {name: partial(_finish, jax.jit(function), arrays) for name, (function, arrays) in programs.items()}
    return {**runs, "call": partial(_fetch, jax.jit(_affine), np.ones(SMALL, np.float32))}


def _finish(run: Callable[..., Any], arrays: tuple[Any, ...]) -> None:
    jax.block_until_ready(run(*arrays))


def _fetch(run: Callable[..., Any], array: Any) -> Any:
    return np.asarray(run(array))


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


def _ones(*shape: int) -> Any:
    return jax.device_put(np.ones(shape, np.float32))


def _shuffled(count: int, dtype: str) -> Any:
    return jax.device_put(np.random.default_rng(0).permutation(count).astype(dtype))


def _affine(x: Any) -> Any:
    return x * 2 + 1


def _layers(x: Any) -> Any:
    def turn(y: Any, row: None) -> tuple[Any, None]:
        for _ in range(DEPTH):
            y = jnp.tanh(y @ x)
        return y, row

    return lax.scan(turn, x, None, length=TURNS)[0]


def _products(count: int, x: Any) -> Any:
    y = x
    for _ in range(count):
        y = y @ x
    return y


def _loop(rows: Any) -> Any:
    return lax.scan(lambda carry, row: (carry + row, None), rows[0], rows)[0]


def _sum(x: Any) -> Any:
    return jnp.sum(x, axis=1)


def _argmax(x: Any) -> Any:
    return jnp.argmax(x, axis=1)


def _windows(image: Any) -> Any:
    """Put the 3 x 3 neighbours of each pixel side by side."""
    padded = jnp.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return jnp.concatenate([padded[:, i : i + 32, j : j + 32] for i in range(3) for j in range(3)], axis=-1)


def _polynomial(x: Any) -> Any:
    y = x
    for _ in range(DEGREE):
        y = y * x + 1
    return y


def _convolve(image: Any, filters: Any) -> Any:
    layout = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(image, filters, (1, 1), "SAME", dimension_numbers=layout)


def _pool(image: Any) -> Any:
    return lax.reduce_window(image, -np.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def _scatter(array: Any, index: Any) -> Any:
    return array.at[index].add(jnp.float32(1), mode="promise_in_bounds")
