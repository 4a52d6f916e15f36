"""Does every target say of a random program what XLA says, as far as rounding lets anyone know?

The program is also run in float64, three times, with noise of some epsilons after every step that rounds as it likes:
where such noise is seen in the results, a target may differ by as much, and where it turns numbers into NaN, by all.
"""

from collections import Counter
from importlib.util import find_spec
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from philtre.deviation import distance
from philtre.errors import UnsupportedError
from tests.conformance.agreement import carried, is_wide, restored, run_traced, wrapped
from tests.conformance.case import Array, Case
from tests.conformance.fuzz.operators import Operator, Rounding
from tests.conformance.fuzz.plan import Plan

TARGETS = ("onnx", *(["torch"] if find_spec("torch") else []), "numpy")
SAMPLES, EPSILONS, ROOM = 3, 8, 16
SUMS = ("reduce_sum", "cumsum", "dot_general", "conv_general_dilated", "reduce_window_sum")
Hits = Counter[tuple[str, str, str]]


def check(plan: Plan, hits: Hits, targets: tuple[str, ...] = TARGETS) -> None:
    """Run a plan everywhere, count what it hits, and compare.

    Raises:
        AssertionError: naming the target, with the equations and the inputs.
    """
    case = Case("fuzz.plan", lambda *arrays: plan.run(arrays), lambda _: plan.inputs)
    with jax.enable_x64(is_wide(plan.inputs)):
        wanted = [np.asarray(value) for value in plan.run(map(jnp.asarray, plan.inputs))]
    rooms: list[Array] = []
    program, dtypes = wrapped(case, plan.inputs)
    for target in targets:
        try:
            answers = run_traced(target, program, [carried(array) for array in plan.inputs])
        except UnsupportedError:
            continue
        except Exception as error:
            raise AssertionError(f"{target} fails: {error}{plan!r}") from error
        hits.update((operator.name, plan.inputs[0].dtype.name, target) for operator, _ in plan.steps)
        got = [restored(answer, dtype) for answer, dtype in zip(answers, dtypes, strict=True)]
        rooms = rooms or room(plan, wanted)
        for answer, want, allowed in zip(got, wanted, rooms, strict=True):
            assert (answer.shape, answer.dtype) == (want.shape, want.dtype), f"{target}{plan!r}"
            wrong = distance(answer, want) > allowed
            assert not wrong.any(), f"{target} says\n{answer!r}, wanted\n{want!r}{plan!r}"


def room(plan: Plan, wanted: list[Array]) -> list[Array]:
    """How far each result may be from XLA's: infinitely where noise makes numbers come and go."""
    if all(operator.rounding is not Rounding.ROUNDS for operator, _ in plan.steps):
        return [np.zeros(want.shape) for want in wanted]
    samples = [_noisy(plan, seed) for seed in range(SAMPLES)]
    return [_spread(want, [sample[i] for sample in samples]) for i, want in enumerate(wanted)]


def _spread(want: Array, samples: list[Array]) -> Array:
    if want.dtype.kind in "iub":
        return np.zeros(want.shape)
    info = jnp.finfo(want.dtype)
    largest = max(map(_largest, samples))
    spread = np.max([distance(sample, samples[0]) for sample in samples], axis=0)
    own = distance(want.astype(np.float64), samples[0])
    return ROOM * (np.maximum(spread, own) + max(float(info.eps) * largest, float(info.tiny)))


def _noisy(plan: Plan, seed: int) -> list[Array]:
    """Run in float64; after each step that rounds as it likes, add what the narrow dtype could have lost."""
    random = np.random.default_rng(seed)
    narrow = plan.inputs[0].dtype if _is_float(plan.inputs[0]) else "float32"
    eps = EPSILONS * float(jnp.finfo(narrow).eps)

    def shaken(operator: Operator, result: Any, arguments: list[Any]) -> Any:
        if operator.rounding is not Rounding.ROUNDS or not jnp.issubdtype(result.dtype, jnp.floating):
            return result
        values = np.asarray(result)
        scale = np.abs(values)
        if operator.name in SUMS:
            scale = scale + max(_largest(np.asarray(each)) for each in [result, *arguments])
        return jnp.asarray(values + eps * random.uniform(-1, 1, values.shape) * scale)

    wide = [array.astype(np.float64) if _is_float(array) else array for array in plan.inputs]
    with jax.enable_x64(True), np.errstate(all="ignore"):
        return [np.asarray(value) for value in plan.run(map(jnp.asarray, wide), shaken)]


def _largest(array: Array) -> float:
    return float(np.abs(np.where(np.isfinite(array), array, 0)).max(initial=0))


def _is_float(array: Array) -> bool:
    return jnp.issubdtype(array.dtype, jnp.floating)
