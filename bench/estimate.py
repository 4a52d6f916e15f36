"""Seconds that `program.estimate()` foresees beside those measured on XLA: eleven programs, within a factor of 2."""

import statistics
import time
from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

import philtre as ph
from bench.models.encoder import small
from bench.models.images import cnn
from bench.models.kmeans import kmeans
from bench.models.mlp import mlp
from bench.models.model import Model, Weights
from bench.rounds import interleaved
from bench.verdicts import Verdicts
from philtre.describe.estimate import estimate
from philtre.describe.measure import measure

FACTOR = 2.0


class Case(NamedTuple):
    """A program, its inputs, and the sizes that they give its symbols."""

    program: ph.Program
    inputs: tuple[np.ndarray, ...]
    batch: int


def main() -> None:
    """Measure the machine, then the programs in rounds of shuffled order, and compare.

    An estimate is that of a machine with nothing else to do, so it is held against the best round; beside it stands
    the median, which is close where nothing else runs.
    """
    begin = time.perf_counter()
    machine = measure()
    print(f"calibration {time.perf_counter() - begin:.2f} s\n")
    cases = _cases()
    calls = {name: partial(case.program.compile("xla"), *case.inputs) for name, case in cases.items()}
    taken = interleaved(calls)
    verdicts = Verdicts()
    for name, case in cases.items():
        seconds = estimate(case.program.traced({"batch": case.batch}), machine).seconds
        best, median = min(taken[name]), statistics.median(taken[name])
        figures = f"{seconds * 1e3:.3f} ms", f"{best * 1e3:.3f} ms, median {median * 1e3:.3f}"
        good = 1 / FACTOR <= seconds / best <= FACTOR
        verdicts.add(name, f"within {FACTOR:g} x", *figures, good, f"{seconds / best:.2f} x, {seconds / median:.2f} x")


def _cases() -> dict[str, Case]:
    dense, encoder = mlp(), small()
    return {
        **{f"{dense.name}, batch {n}": _of(dense, n) for n in (1, 32, 1024)},
        **{f"{encoder.name}, batch {n}": _of(encoder, n) for n in (1, 16)},
        "CNN of the MNIST example, batch 32": _of(cnn(), 32),
        "k-means predict, 4096 rows": _of(kmeans(), 4096),
        "sort of 1e6": _function(jnp.sort, 1_000_000),
        "scan of 100 steps, batch 32": _scan(32),
        "elementwise over 1e7": _function(lambda x: jnp.tanh(x * 2 + 1) * x - x * x, 10_000_000),
        "softmax of 1000 x 1000": _function(ph.ops.softmax, 1000, 1000),
    }


def _of(model: Model, n: int) -> Case:
    return Case(model.program, model.inputs(n), n)


def _function(function: Any, n: int, *rest: int) -> Case:
    array = np.random.default_rng(0).normal(size=(n, *rest)).astype(np.float32)
    return Case(ph.Program(function, inputs={"x": ph.Tensor((None, *rest))}), (array,), n)


def _scan(n: int) -> Case:
    @ph.program(parameters=Weights().matrix(64, 64), inputs={"x": ph.Tensor((None, 64))})
    def recur(weights: Any, x: Any) -> Any:
        return lax.scan(lambda state, _: (jnp.tanh(state @ weights), None), x, None, length=100)[0]

    return Case(recur, _function(jnp.tanh, n, 64).inputs, n)


if __name__ == "__main__":
    main()
