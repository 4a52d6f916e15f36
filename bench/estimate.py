"""Seconds that `program.estimate()` foresees beside those measured on XLA: eleven programs, within a factor of 2."""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import philtre as ph
from bench.verdicts import Verdicts
from philtre import ops
from philtre.describe.estimate import estimate
from philtre.describe.measure import measure

ROUNDS = 5
SECONDS = 0.3
FACTOR = 2.0
HIDDEN, HEADS, LENGTH, TOKENS = 256, 4, 64, 1000

_random = np.random.default_rng(0)


def main() -> None:
    """Measure the machine, then the programs in rounds of shuffled order: the median of each round's best."""
    begin = time.perf_counter()
    machine = measure()
    print(f"calibration {time.perf_counter() - begin:.2f} s\n")
    cases = _cases()
    runs = {name: _ready(program, batch) for name, (program, batch) in cases.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name in random.sample(list(runs), len(runs)):
            times[name].append(_fastest(runs[name]))
    verdicts = Verdicts()
    for name, (program, batch) in cases.items():
        foreseen, measured = estimate(program.traced({"batch": batch}), machine), statistics.median(times[name])
        ratio = foreseen.seconds / measured
        good = 1 / FACTOR <= ratio <= FACTOR
        figures = f"{foreseen.seconds * 1e3:.3f} ms", f"{measured * 1e3:.3f} ms measured"
        verdicts.add(name, f"within {FACTOR:g} x", *figures, good, f"ratio {ratio:.2f}")


def _ready(program: ph.Program, batch: int) -> Callable[[], Any]:
    """Compile, and give a call on random inputs."""
    (field,) = program.inputs.values()
    shape = (batch, *field.shape[1:])
    array = _random.integers(0, TOKENS, shape) if field.dtype == "int32" else _random.normal(size=shape)
    executable, array = program.compile("xla"), array.astype(field.dtype)
    executable(array)
    return lambda: executable(array)


def _fastest(run: Callable[[], Any]) -> float:
    run()
    times: list[float] = []
    while sum(times) < SECONDS or len(times) < 3:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def _cases() -> dict[str, tuple[ph.Program, int]]:
    mlp, encoder = _mlp(), _transformer()
    return {
        "MLP 784-512-256-10, batch 1": (mlp, 1),
        "MLP 784-512-256-10, batch 32": (mlp, 32),
        "MLP 784-512-256-10, batch 1024": (mlp, 1024),
        "two transformer blocks, batch 1": (encoder, 1),
        "two transformer blocks, batch 16": (encoder, 16),
        "CNN for MNIST, batch 32": (_cnn(), 32),
        "k-means predict, 4096 rows": (_kmeans(), 4096),
        "sort of 1e6": (ph.Program(jnp.sort, inputs={"x": ph.Tensor((None,))}), 1_000_000),
        "scan of 100 steps, batch 32": (_scan(), 32),
        "elementwise over 1e7": (_elementwise(), 10_000_000),
        "softmax of 1000 x 1000": (ph.Program(ops.softmax, inputs={"x": ph.Tensor((None, 1000))}), 1000),
    }


def _normal(*shape: int) -> np.ndarray:
    return (_random.normal(size=shape) / np.sqrt(shape[0])).astype(np.float32)


def _dense(inputs: int, outputs: int) -> dict[str, np.ndarray]:
    return {"kernel": _normal(inputs, outputs), "bias": np.zeros(outputs, np.float32)}


def _linear(weights: Any, x: Any) -> Any:
    return x @ weights["kernel"] + weights["bias"]


def _mlp() -> ph.Program:
    @ph.program(
        parameters=[_dense(784, 512), _dense(512, 256), _dense(256, 10)], inputs={"pixels": ph.Tensor((None, 784))}
    )
    def classify(weights: Any, x: Any) -> Any:
        for layer in weights[:-1]:
            x = jax.nn.relu(_linear(layer, x))
        return ops.softmax(_linear(weights[-1], x))

    return classify


def _block() -> dict[str, Any]:
    wide = {"query": 3 * HIDDEN, "out": HIDDEN, "up": 4 * HIDDEN}
    norm = {"scale": np.ones(HIDDEN, np.float32), "bias": np.zeros(HIDDEN, np.float32)}
    dense = {name: _dense(HIDDEN, width) for name, width in wide.items()}
    return {**dense, "down": _dense(4 * HIDDEN, HIDDEN), "first": norm, "second": norm}


def _transformer() -> ph.Program:
    @ph.program(
        parameters={"embedding": _normal(TOKENS, HIDDEN), "blocks": [_block(), _block()]},
        inputs={"tokens": ph.Tensor((None, LENGTH), "int32")},
    )
    def encode(weights: Any, tokens: Any) -> Any:
        x = jnp.asarray(weights["embedding"])[tokens]
        for block in weights["blocks"]:
            x = x + _linear(block["out"], _attend(_linear(block["query"], ops.layer_norm(x, **block["first"]))))
            wide = ops.gelu(_linear(block["up"], ops.layer_norm(x, **block["second"])))
            x = x + _linear(block["down"], wide)
        return x

    return encode


def _attend(x: Any) -> Any:
    width = HIDDEN // HEADS
    query, key, value = x.reshape(*x.shape[:2], 3, HEADS, width).transpose(2, 0, 3, 1, 4)
    weights = ops.softmax(jnp.einsum("nhqd,nhkd->nhqk", query, key) / np.float32(np.sqrt(width)))
    mixed = jnp.einsum("nhqk,nhkd->nhqd", weights, value)
    return mixed.transpose(0, 2, 1, 3).reshape(*x.shape[:2], HIDDEN)


def _cnn() -> ph.Program:
    @ph.program(
        parameters={"first": _normal(3, 3, 1, 32), "second": _normal(3, 3, 32, 64), "last": _dense(1600, 10)},
        inputs={"image": ph.Tensor((None, 28, 28, 1))},
    )
    def classify(weights: Any, x: Any) -> Any:
        for filters in (weights["first"], weights["second"]):
            x = lax.conv_general_dilated(x, filters, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            x = lax.reduce_window(jax.nn.relu(x), -np.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        return ops.softmax(_linear(weights["last"], x.reshape(x.shape[0], -1)))

    return classify


def _kmeans() -> ph.Program:
    @ph.program(parameters=_normal(16, 64), inputs={"x": ph.Tensor((None, 64))})
    def predict(centres: Any, x: Any) -> Any:
        distance = (x * x).sum(axis=1, keepdims=True) - 2 * x @ centres.T + (centres * centres).sum(axis=1)
        return jnp.argmin(distance, axis=1)

    return predict


def _scan() -> ph.Program:
    @ph.program(parameters=_normal(64, 64), inputs={"x": ph.Tensor((None, 64))})
    def recur(weights: Any, x: Any) -> Any:
        return lax.scan(lambda state, _: (jnp.tanh(state @ weights), None), x, None, length=100)[0]

    return recur


def _elementwise() -> ph.Program:
    @ph.program(inputs={"x": ph.Tensor((None,))})
    def bend(x: Any) -> Any:
        return jnp.tanh(x * 2 + 1) * x - x * x

    return bend


if __name__ == "__main__":
    main()
