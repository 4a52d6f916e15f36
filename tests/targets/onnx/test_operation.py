"""Operations become one operator where ONNX has it, and their body where it has not."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops

X = np.linspace(-4, 4, 12).reshape(3, 4)
FLOATS = ["float16", "float32", "float64"]


@pytest.mark.parametrize("dtype", FLOATS)
def test_softmax(agree, dtype):
    x = X.astype(dtype)
    x[1, 2], x[2, 0] = np.inf, np.nan
    assert agree(ops.softmax, x).operators == ["Softmax"]
    agree({"rows": lambda x: jax.vmap(lambda row: ops.softmax(row, axis=0))(x)}, x)


@pytest.mark.parametrize(("dtype", "operator"), [("float16", True), ("float32", True), ("float64", False)])
@pytest.mark.parametrize("approximate", [False, True])
def test_gelu(agree, dtype, operator, approximate):
    built = agree(lambda x: ops.gelu(x, approximate=approximate), X.astype(dtype))
    assert (built.operators == ["Gelu"]) == operator


def test_gelu_is_lowered_by_its_body_in_older_operator_sets(convert):
    built = convert(ops.gelu, X.astype(np.float32), opset=18)
    assert "Gelu" not in built.operators
    np.testing.assert_allclose(built.run(X.astype(np.float32))["y"], ops.gelu(X.astype(np.float32)), atol=1e-6)


@pytest.mark.parametrize(("dtype", "operator"), [("float16", True), ("float32", True), ("float64", False)])
def test_layer_norm(agree, dtype, operator):
    scale, bias = np.arange(4).astype(dtype), np.ones(4, dtype)
    built = agree(lambda x: ops.layer_norm(x, scale, bias, epsilon=1e-3), X.astype(dtype))
    assert (built.operators == ["LayerNormalization"]) == operator
    agree(lambda x: jax.vmap(lambda row: ops.layer_norm(row, row, row))(x), X.astype(dtype))


@pytest.mark.parametrize(("dtype", "operator"), [("float16", True), ("float32", True), ("float64", False)])
def test_rms_norm(agree, dtype, operator):
    scale = np.arange(4).astype(dtype)
    built = agree(lambda x: ops.rms_norm(x, scale, epsilon=1e-3), X.astype(dtype))
    assert (built.operators == ["RMSNormalization"]) == operator


@pytest.mark.parametrize("dtype", FLOATS)
def test_logarithms_of_sums_and_probabilities(agree, dtype):
    x = X.astype(dtype)
    x[1, 2], x[2, 0] = -np.inf, np.nan
    assert agree(ops.log_softmax, x).operators == ["LogSoftmax"]
    x[2] = -np.inf
    agree({"last": ops.logsumexp, "all": lambda x: ops.logsumexp(x, axis=None, keepdims=True)}, x, empty=False)
    agree(lambda x: ops.logsumexp(x, axis=0, keepdims=True), x[:, :0], empty=False)


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8"])
def test_embedding_reads_rows_also_out_of_range(agree, dtype):
    table = np.arange(12, dtype=np.float32).reshape(4, 3)
    codes = np.array([[0, 3], [4, 100], [-1, -4], [-5, 1]])
    codes = codes.astype(dtype) if dtype != "uint8" else np.abs(codes).astype(dtype)
    built = agree(lambda codes: ops.embedding(codes, table), codes)
    assert dtype == "uint8" or len(built.operators) < 10
    agree(lambda codes: ops.embedding(codes, table.astype(np.int32)), codes)


@pytest.mark.parametrize("dtype", FLOATS)
def test_batch_norm_with_known_statistics_is_a_factor_and_a_term(agree, dtype):
    mean, variance, scale, bias = (np.arange(4).astype(dtype) + shift for shift in (0, 1, 2, 3))
    built = agree(lambda x: ops.batch_norm(x, mean, variance, scale, bias), X.astype(dtype))
    assert [name for name in built.operators if name != "Cast"] == ["Mul", "Add"]
    agree(lambda x: ops.batch_norm(x, x[0], variance, scale, bias), X.astype(dtype), empty=False)


def test_dropout_is_nothing_without_a_key_and_drops_what_jax_drops_with_one(agree):
    assert agree(lambda x: ops.dropout(x, rate=0.5), X.astype(np.float32)).operators == ["Identity"]
    key = jax.random.key(0)
    agree(lambda x: ops.dropout(x, key, rate=0.5), X.astype(np.float32), free=False)


def test_gradients_become_graphs_too(agree):
    def loss(x):
        return jnp.sum(ops.softmax(x) ** 2) + jnp.sum(ops.gelu(x) * ops.layer_norm(x, jnp.ones(4), jnp.ones(4)))

    agree(jax.grad(loss), X.astype(np.float32))


def test_the_activations_of_jax(agree):
    names = ["relu", "gelu", "silu", "softplus", "elu", "leaky_relu", "sigmoid", "log_sigmoid", "selu", "hard_tanh"]
    names += ["relu6", "mish", "glu", "softmax"]
    functions = {name: getattr(jax.nn, name) for name in [*names, "log_softmax", "standardize"]}
    agree(functions | {"logsumexp": lambda x: jax.nn.logsumexp(x, axis=1)}, X.astype(np.float32))


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint16"])
def test_counts(agree, dtype):
    codes = np.array([[0, 3, 3, 1], [2, 2, 2, 2], [9, 4, 0, 5]], dtype)
    assert "ScatterElements" in agree(lambda x: ops.counts(x, k=4), codes).operators
    agree(lambda x: ops.counts(x.astype(jnp.int32) - 1, k=3), codes)
    agree(lambda x: jax.vmap(lambda row: ops.counts(row, k=4))(x), codes)
