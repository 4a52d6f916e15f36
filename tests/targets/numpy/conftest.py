"""What the tests of the numpy target share: does a trace, interpreted, say what JAX says, one primitive at a time?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.targets.numpy import interpret, supports
from philtre.trace import Spec, Traced, trace

TOLERANCES = {
    "float16": 4e-3, "bfloat16": 2e-2, "float32": 4e-6, "float64": 2e-14, "complex64": 4e-6, "complex128": 2e-14,
}  # fmt: skip


def traced(functions: Mapping[str, Callable[..., Any]], *arrays: Any, x64: bool) -> Traced:
    """Trace functions of the same arrays at the arrays' own sizes."""
    specs = {f"x{i}": Spec(array.shape, array.dtype) for i, array in enumerate(arrays)}
    return trace(lambda *args: {name: f(*args) for name, f in functions.items()}, specs, x64=x64)


def alike(got: Any, want: Any, tolerance: float, name: str) -> None:
    """Compare dtype, shape and values; integers to the last bit, NaN with NaN, the sign of infinity."""
    want = np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape), name
    if want.dtype.kind in "iub":
        np.testing.assert_array_equal(got, want, err_msg=name)
        return
    exact = np.complex128 if want.dtype.kind == "c" else np.float64
    got, want = np.asarray(got).astype(exact), want.astype(exact)
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=name)


Agree = Callable[..., Traced]


@pytest.fixture
def agree() -> Agree:
    """Assert that functions of arrays mean in NumPy what they mean in JAX, run op by op.

    `x64` sets the mode, where the arrays' dtypes do not; `tolerance` replaces that of the dtype.
    """

    def check(functions: Any, *arrays: Any, x64: bool | None = None, tolerance: float | None = None) -> Traced:
        functions = functions if isinstance(functions, Mapping) else {"y": functions}
        arrays = tuple(map(np.asarray, arrays))
        wide = any(array.dtype in (np.int64, np.uint64, np.float64, np.complex128) for array in arrays)
        x64 = wide if x64 is None else x64
        program = traced(functions, *arrays, x64=x64)
        assert supports(program) == []
        results = dict(zip(program.outputs, interpret(program.jaxpr, arrays, x64=x64), strict=True))
        with jax.enable_x64(x64):
            wanted = {name: f(*map(jnp.asarray, arrays)) for name, f in functions.items()}
        for name, want in wanted.items():
            alike(results[name], want, tolerance or TOLERANCES.get(want.dtype.name, 0), name)
        return program

    return check


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    """Let go of what XLA compiled for one file: many small programs fill the memory."""
    yield
    jax.clear_caches()
