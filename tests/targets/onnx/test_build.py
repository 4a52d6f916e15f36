"""One file: the same bytes each time, the lowest operator set, weights once, and what is missing by name."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import onnxruntime
import pytest

from philtre import ops
from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.signature import Signature
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
    assert [name.partition(" (")[0] for name in supports(traced)] == ["svd", "fft", "real"]
    plain = trace(lambda x: {"y": ops.gelu(x).sum(0)}, {"x": Spec((None, 4), np.dtype("float32"))}, x64=False)
    assert supports(plain) == []


def test_a_weight_keeps_its_path_where_it_is_free():
    def function(weight, other, x):
        return {"y": x @ weight + other}

    weights = {"dense_0.kernel": np.eye(4, dtype=np.float32), "x": np.ones(4, np.float32)}
    traced = trace(function, {"x": Spec((None, 4), np.dtype("float32"))}, x64=False, parameters=weights)
    signature = Signature({"x": Tensor((None, 4))}, {"y": Tensor((None, 4))})
    graph = onnx.load_from_string(build(traced, signature)).graph
    assert [tensor.name for tensor in graph.initializer] == ["dense_0.kernel", "x_1"]


def test_a_second_symbolic_axis_and_sizes_as_values(agree_on_sizes):
    def program(tokens):
        scores = tokens @ jnp.swapaxes(tokens, 1, 2) / tokens.shape[1]
        mask = jnp.tri(tokens.shape[1], dtype=bool)
        mean = jnp.where(mask, scores, -1.0).reshape(tokens.shape[0], -1).mean(1)
        return {"mean": mean + jnp.arange(tokens.shape[1]).sum(), "scores": scores[:, ::-1]}

    agree_on_sizes(program, [(2, 3, 4), (1, 1, 4), (3, 7, 4), (2, 5, 4)])


def test_formulas_of_two_symbols(agree_on_sizes):
    def program(tokens):
        n, t = tokens.shape[:2]
        flat = tokens.reshape(n * t, 4)
        twice = jnp.concatenate([flat, flat[: n * t // 2]])
        return {"sum": twice.sum(0) / (n * t + t // 2), "padded": jnp.pad(tokens, ((0, 0), (0, 2 * t), (1, 0)))}

    agree_on_sizes(program, [(2, 3, 4), (1, 1, 4), (3, 2, 4)])


def test_loops_over_the_second_axis(agree_on_sizes):
    def program(tokens):
        steps = jnp.moveaxis(tokens, 1, 0)
        last, rows = jax.lax.scan(lambda c, row: (c + row, jnp.tanh(c * row)), jnp.zeros_like(steps[0]), steps)
        return {"last": last, "rows": jnp.moveaxis(rows, 0, 1)}

    agree_on_sizes(program, [(2, 3, 4), (1, 1, 4), (2, 5, 4)])


@pytest.fixture
def agree_on_sizes(random):
    """Assert that a function of (batch, length, features) means the same at several sizes, from one file."""

    def check(function, shapes):
        spec = Spec((None, "length", 4), np.dtype("float32"))
        traced = trace(function, {"tokens": spec}, x64=False)
        assert supports(traced) == []
        outputs = {name: Tensor(own.shape, own.dtype.name) for name, own in traced.outputs.items()}
        signature = Signature({"tokens": Tensor((None, "length", 4))}, outputs)
        model = build(traced, signature)
        onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        for shape in shapes:
            tokens = random.normal(size=shape).astype(np.float32)
            answers = dict(zip(outputs, session.run(None, {"tokens": tokens}), strict=True))
            for name, want in jax.jit(function)(tokens).items():
                assert answers[name].shape == want.shape
                np.testing.assert_allclose(answers[name], want, rtol=1e-5, atol=1e-5)

    return check
