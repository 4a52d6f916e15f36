"""Small programs, each of which takes as long as one thing that a machine does."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

SMALL = 2048  # smaller programs run without XLA's thread pool, and are no measure of others
DEPTH, TURNS, DEGREE = 4, 100, 32
PRODUCTS = {64: 32, 256: 4, 640: 1}
LENGTHS = (65_536, 1_048_576, 9_437_184)  # the last is beyond what malloc keeps, so that each call maps fresh pages


def programs() -> dict[str, Callable[[], Any]]:
    """Give the programs by name, compiled at the first call."""
    written: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
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
    runs = {name: partial(_finish, jax.jit(function), arrays) for name, (function, arrays) in written.items()}
    return {**runs, "call": partial(_fetch, jax.jit(_affine), np.ones(SMALL, np.float32))}


def _finish(run: Callable[..., Any], arrays: tuple[Any, ...]) -> None:
    jax.block_until_ready(run(*arrays))


def _fetch(run: Callable[..., Any], array: Any) -> Any:
    return np.asarray(run(array))


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
