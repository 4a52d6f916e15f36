"""One file: the same bytes each time, the lowest operator set, weights once, and what is missing by name."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import pytest

from philtre import ops
from philtre.errors import SignatureError
from philtre.targets.onnx import build, supports
from philtre.trace import Spec, trace

X = np.ones((3, 4), np.float32)


def test_the_same_program_gives_the_same_bytes(convert):
    def network(x):
        return ops.softmax(jax.nn.relu(x @ jnp.ones((4, 5)) + 1) @ jnp.ones((5, 2)))

    first, second = convert(network, X), convert(network, X)
    assert first.model == second.model
    assert build(first.traced, first.signature) == first.model
    assert first.operators == ["Gemm", "Relu", "MatMul", "Softmax"]


def test_the_lowest_operator_set_is_stated(convert):
    def versions(function, **options):
        model = onnx.load_from_string(convert(function, X, **options).model)
        return model.opset_import[0].version, model.ir_version, model.producer_name

    assert versions(jnp.exp) == (18, 8, "philtre")
    assert versions(ops.gelu) == (20, 9, "philtre")
    assert versions(ops.gelu, opset=19)[0] == 18
    with pytest.raises(SignatureError, match="an opset of 18 to 26, got 17"):
        convert(jnp.exp, X, opset=17)


def test_the_batch_is_called_batch(convert):
    graph = convert({"y": lambda x: x, "double": lambda x: x.reshape(-1, 2)}, X).graph
    dimensions = [[d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] for value in graph.output]
    assert dimensions == [["batch", 4], ["2*batch", 2]]


def test_fixed_sizes_stay_fixed(convert):
    graph = convert(lambda x: x.sum(0), X, free=False).graph
    assert [d.dim_value for d in graph.input[0].type.tensor_type.shape.dim] == [3, 4]


def test_supports_names_every_missing_operation_once():
    def function(x):
        s = jnp.linalg.svd(x, compute_uv=False)
        return {"y": s + jnp.linalg.svd(2 * x, compute_uv=False), "z": jnp.fft.fft(x).real}

    traced = trace(function, {"x": Spec((3, 4), np.dtype("float32"))}, x64=False)
    assert supports(traced) == ["svd", "fft", "real"]
    plain = trace(lambda x: {"y": ops.gelu(x).sum(0)}, {"x": Spec((None, 4), np.dtype("float32"))}, x64=False)
    assert supports(plain) == []
