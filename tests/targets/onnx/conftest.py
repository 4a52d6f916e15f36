"""What the tests of the onnx target share: does a graph, run by onnxruntime, say what JAX says?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import onnx
import onnxruntime
import pytest

from philtre.fields import Tensor
from philtre.signature import Signature
from philtre.targets.onnx import build
from philtre.trace import Spec, Traced, trace

TOLERANCES = {"float16": 4e-3, "float32": 2e-6, "float64": 1e-13, "bfloat16": 2e-2}


@dataclass
class Built:
    """A converted function: its trace, its file and an onnxruntime session."""

    traced: Traced
    signature: Signature
    model: bytes
    x64: bool

    @property
    def graph(self) -> onnx.GraphProto:
        return onnx.load_from_string(self.model).graph

    @property
    def operators(self) -> list[str]:
        return [node.op_type for node in self.graph.node]

    def run(self, *arrays: Any) -> dict[str, np.ndarray]:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(self.model, options, providers=["CPUExecutionProvider"])
        names = list(self.signature.outputs)
        return dict(zip(names, session.run(None, dict(zip(self.signature.inputs, arrays, strict=True))), strict=True))


def convert(
    functions: Mapping[str, Callable[..., Any]],
    *arrays: Any,
    free: bool = True,
    x64: bool | None = None,
    **options: Any,
) -> Built:
    """Convert functions of the same arrays into one graph with an output each; axis 0 is the batch."""
    inputs = {}
    for index, array in enumerate(arrays):
        shape = (None, *array.shape[1:]) if free and array.ndim else array.shape
        inputs[f"x{index}"] = Tensor(shape, array.dtype.name)
    x64 = any(array.dtype.itemsize == 8 for array in arrays) if x64 is None else x64
    specs = {name: Spec(field.shape, field.wire_dtype) for name, field in inputs.items()}
    traced = trace(lambda *args: {name: f(*args) for name, f in functions.items()}, specs, x64=x64)
    outputs = {name: Tensor(spec.shape, spec.dtype.name) for name, spec in traced.outputs.items()}
    signature = Signature(inputs, outputs)
    model = build(traced, signature, **options)
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    return Built(traced, signature, model, x64)


def compare(functions: Mapping[str, Callable[..., Any]], built: Built, *arrays: Any) -> None:
    """Compare the graph with `jax.jit` on arrays: dtype, shape, values, NaN and the sign of infinities."""
    answers = built.run(*arrays)
    with jax.enable_x64(built.x64):
        jitted = jax.jit(lambda *args: {name: f(*args) for name, f in functions.items()})
        wanted = {name: np.asarray(value) for name, value in jitted(*arrays).items()}
    for name, want in wanted.items():
        got = answers[name]
        assert (got.dtype, got.shape) == (want.dtype, want.shape), name
        if want.dtype.kind not in "iub":
            tolerance = TOLERANCES[want.dtype.name]
            np.testing.assert_allclose(
                got.astype(np.float64), want.astype(np.float64), rtol=tolerance, atol=tolerance, err_msg=name
            )
        else:
            np.testing.assert_array_equal(got, want, err_msg=name)


@pytest.fixture
def agree() -> Callable[..., Built]:
    """Assert that functions of arrays mean on onnxruntime what they mean in JAX, at batch 0, 1 and all rows.

    `empty=False` leaves batch 0 out, where JAX has no answer; `free=False` fixes all sizes, `x64` sets the mode.
    """

    def check(functions: Any, *arrays: Any, empty: bool = True, free: bool = True, x64: bool | None = None) -> Built:
        functions = functions if isinstance(functions, Mapping) else {"y": functions}
        arrays = tuple(map(np.asarray, arrays))
        built = convert(functions, *arrays, free=free, x64=x64)
        compare(functions, built, *arrays)
        for rows in [0, 1][not empty :] if free else []:
            compare(functions, built, *(array[:rows] if array.ndim else array for array in arrays))
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
