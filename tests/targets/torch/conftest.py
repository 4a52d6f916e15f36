"""What the tests of the torch target share: does a module say what JAX says?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from philtre.targets.torch import build  # noqa: E402
from philtre.targets.torch.carrier import to_array, to_native  # noqa: E402
from philtre.trace import Spec, Traced, trace  # noqa: E402

TOLERANCES = {
    "float16": 4e-3, "bfloat16": 2e-2, "float32": 4e-6, "float64": 1e-13, "complex64": 4e-6, "complex128": 1e-13,
}  # fmt: skip


@dataclass
class Built:
    """A converted function: its trace and its module."""

    traced: Traced
    module: torch.nn.Module

    @property
    def functions(self) -> list[str]:
        """What the code calls, but for reading sizes and known tensors."""
        nodes = [node for node in self.module.graph.nodes if node.op in ("call_function", "call_method")]
        names = [node.target if isinstance(node.target, str) else node.target.__name__ for node in nodes]
        return [name for name in names if name != "size"]

    def run(self, *arrays: Any) -> dict[str, np.ndarray]:
        with torch.inference_mode():
            outputs = self.module(*map(to_native, arrays))
        return {name: to_array(tensor) for name, tensor in outputs.items()}


def convert(
    functions: Mapping[str, Callable[..., Any]], *arrays: Any, free: bool = True, x64: bool | None = None
) -> Built:
    """Convert functions of the same arrays into one module with an output each; axis 0 is the batch."""
    x64 = any(array.dtype.name in WIDE for array in arrays) if x64 is None else x64
    specs = {
        f"x{index}": Spec((None, *array.shape[1:]) if free and array.ndim else array.shape, array.dtype)
        for index, array in enumerate(arrays)
    }
    traced = trace(lambda *args: {name: f(*args) for name, f in functions.items()}, specs, x64=x64)
    return Built(traced, build(traced))


WIDE = ("int64", "uint64", "float64", "complex128")


def compare(
    functions: Mapping[str, Callable[..., Any]], built: Built, *arrays: Any, tolerance: float | None = None
) -> None:
    """Compare the module with `jax.jit` on arrays: dtype, shape, values, NaN and the sign of infinities."""
    answers = built.run(*arrays)
    with jax.enable_x64(built.traced.x64):
        jitted = jax.jit(lambda *args: {name: f(*args) for name, f in functions.items()})
        wanted = {name: np.asarray(value) for name, value in jitted(*arrays).items()}
    for name, want in wanted.items():
        got = answers[name]
        assert (got.dtype, got.shape) == (want.dtype, want.shape), name
        if want.dtype.kind in "iub":
            np.testing.assert_array_equal(got, want, err_msg=name)
            continue
        wide = np.complex128 if want.dtype.kind == "c" else np.float64
        allowed = tolerance or TOLERANCES[want.dtype.name]
        np.testing.assert_allclose(got.astype(wide), want.astype(wide), rtol=allowed, atol=allowed, err_msg=name)


@pytest.fixture
def agree() -> Callable[..., Built]:
    """Assert that functions of arrays mean in torch what they mean in JAX, at batch 0, 1 and all rows.

    `empty=False` leaves batch 0 out, where JAX has no answer; `free=False` fixes all sizes, `x64` sets the mode.
    """

    def check(
        functions: Any,
        *arrays: Any,
        empty: bool = True,
        free: bool = True,
        x64: bool | None = None,
        tolerance: float | None = None,
    ) -> Built:
        functions = functions if isinstance(functions, Mapping) else {"y": functions}
        arrays = tuple(map(np.asarray, arrays))
        built = convert(functions, *arrays, free=free, x64=x64)
        compare(functions, built, *arrays, tolerance=tolerance)
        for rows in [0, 1][not empty :] if free else []:
            few = (array[:rows] if array.ndim else array for array in arrays)
            compare(functions, built, *few, tolerance=tolerance)
        return built

    return check


@pytest.fixture(name="convert")
def _convert() -> Callable[..., Built]:
    return lambda functions, *arrays, **options: convert(
        functions if isinstance(functions, Mapping) else {"y": functions}, *map(np.asarray, arrays), **options
    )


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)
