"""The MNIST network's convolutions and pools on CPUs: philtre's beside `lax.conv` and `lax.reduce_window`.

Forward; forward and backward, as one call and inside `lax.scan`. Calls take turns in shuffled order; medians.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from bench.rounds import interleaved, medians
from bench.verdicts import Verdicts
from philtre import ops

BATCH = 64
STEPS = 4
Layers = tuple[Callable[..., Any], Callable[..., Any]]


def main() -> None:
    """Print each pair of medians and their ratio."""
    _keep_memory()
    verdicts = Verdicts()
    for what, make in {"forward": _forward, "forward and backward": _step, f"{STEPS} steps in a scan": _scan}.items():
        seconds = medians(interleaved({"philtre": make(_PHILTRE), "lax": make(_LAX)}))
        ratio = seconds["philtre"] / seconds["lax"]
        ours, theirs = (f"{seconds[name] * 1e3:.1f} ms" for name in ("philtre", "lax"))
        what = f"MNIST CNN, batch {BATCH}, {what}"
        verdicts.add(what, "<= 1.05 x lax", ours, theirs, ratio <= 1.05, f"ratio {ratio:.2f}")


def _keep_memory() -> None:
    """Let glibc keep large buffers between steps, for both sides alike."""
    for option, size in ((-3, 2**30), (-1, 2**30), (-2, 2**28)):
        ctypes.CDLL(None).mallopt(option, size)


def _conv(x: Any, kernel: Any, bias: Any) -> Any:
    return lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias


def _pool(x: Any) -> Any:
    return lax.reduce_window(x, np.float32(-np.inf), lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


_LAX: Layers = _conv, _pool
_PHILTRE: Layers = ops.conv, lambda x: ops.max_pool(x, window=2)


def _scores(layers: Layers, weights: dict[str, Any], x: Any) -> Any:
    conv, pool = layers
    x = jax.nn.relu(pool(conv(x, weights["first"], weights["first bias"])))
    x = jax.nn.relu(pool(conv(x, weights["second"], weights["second bias"])))
    x = jax.nn.relu(x.reshape(len(x), -1) @ weights["dense"])
    return x @ weights["head"]


def _given() -> tuple[dict[str, Any], Any, Any]:
    draw = np.random.default_rng(0)
    shapes = {
        "first": (3, 3, 1, 32), "first bias": (32,), "second": (3, 3, 32, 64), "second bias": (64,),
        "dense": (1600, 128), "head": (128, 10),
    }  # fmt: skip
    weights = {name: jnp.asarray(draw.normal(0, 0.05, shape), jnp.float32) for name, shape in shapes.items()}
    images = jnp.asarray(draw.normal(size=(BATCH, 28, 28, 1)), jnp.float32)
    return weights, images, jnp.asarray(draw.integers(0, 10, BATCH))


def _descent(layers: Layers, weights: Any, images: Any, labels: Any) -> Any:
    def loss(weights: Any) -> Any:
        chosen = jnp.take_along_axis(jax.nn.log_softmax(_scores(layers, weights, images)), labels[:, None], axis=1)
        return -chosen.mean()

    return jax.tree.map(lambda w, g: w - 0.01 * g, weights, jax.grad(loss)(weights))


def _forward(layers: Layers) -> Callable[[], Any]:
    weights, images, _ = _given()
    call = jax.jit(lambda weights, images: _scores(layers, weights, images))
    return lambda: jax.block_until_ready(call(weights, images))


def _step(layers: Layers) -> Callable[[], Any]:
    given = _given()
    call = jax.jit(lambda *given: _descent(layers, *given))
    return lambda: jax.block_until_ready(call(*given))


def _scan(layers: Layers) -> Callable[[], Any]:
    given = _given()

    @jax.jit
    def call(weights: Any, images: Any, labels: Any) -> Any:
        return lax.scan(lambda w, _: (_descent(layers, w, images, labels), None), weights, length=STEPS)[0]

    return lambda: jax.block_until_ready(call(*given))


if __name__ == "__main__":
    main()
