"""Does a target run a function of arrays? It is built, run, and compared with XLA."""

from collections.abc import Iterator, Sequence

import jax
import numpy as np

from philtre.errors import UnsupportedError
from tests.conformance.agreement import WIDENED, carried, difference, is_wide, restored, run_traced, wrapped
from tests.conformance.case import Array, Case
from tests.conformance.coverage.call import Example

TARGETS = ("xla", "onnx", "torch", "numpy")
RUNS = "runs"
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
TOGETHER = 32


def measure(examples: Sequence[Example]) -> Iterator[tuple[str, dict[str, str]]]:
    """Say of each example what becomes of it on each target: "runs", or "refused: ..." and why."""
    for start in range(0, len(examples), TOGETHER):
        some = examples[start : start + TOGETHER]
        for wide in (False, True):
            group = [example for example in some if is_wide(example.arrays) == wide]
            for example, wanted in zip(group, _on_xla(group, wide), strict=True):
                yield example.name, {"xla": RUNS} | {each: _on(each, example, wanted) for each in TARGETS[1:]}


def _on_xla(examples: Sequence[Example], wide: bool) -> list[list[Array]]:
    """Compile together, which takes less time, and run."""
    with jax.enable_x64(wide):
        every = jax.jit(
            lambda arrays: [e.function(*a) for e, a in zip(examples, arrays, strict=True)], compiler_options=QUICK
        )
        return [
            [np.asarray(leaf) for leaf in jax.tree.leaves(answer)] for answer in every([e.arrays for e in examples])
        ]


def _on(target: str, example: Example, wanted: list[Array]) -> str:
    case = Case(example.name, example.function, lambda _: example.arrays)
    program, dtypes = wrapped(case, example.arrays)
    try:
        answers = run_traced(target, program, [carried(array) for array in example.arrays])
    except UnsupportedError as error:
        return f"refused: {error.operation}"
    except Exception as error:
        return f"fails: {type(error).__name__} {str(error).strip().partition(chr(10))[0][:100]}"
    got = [restored(answer, dtype) for answer, dtype in zip(answers, dtypes, strict=True)]
    if not difference(case, got, wanted, None):
        return RUNS
    return f"differs: {wrong}" if (wrong := difference(case, got, wanted, _truth(example))) else RUNS


def _truth(example: Example) -> list[Array]:
    arrays = [array.astype(WIDENED.get(array.dtype.name, array.dtype)) for array in example.arrays]
    with jax.enable_x64(True):
        return [np.asarray(leaf) for leaf in jax.tree.leaves(jax.jit(example.function)(*arrays))]
