"""The last passes: outputs get their names, nodes join where one does the work of two, nothing is done twice."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
W = np.linspace(-1, 1, 16, dtype=np.float32).reshape(4, 4)


def test_a_product_and_its_bias_are_one_node_also_inside_a_loop(agree):
    bias = np.arange(4, dtype=np.float32)
    assert agree(lambda x: x @ W + bias, X).operators == ["Gemm"]
    built = agree(lambda x: jax.lax.fori_loop(0, 2, lambda _, s: jnp.tanh(s @ W + bias), x), X)
    loop = next(node for node in built.graph.node if node.op_type == "Loop")
    assert "Gemm" in [node.op_type for node in loop.attribute[0].g.node]


def test_a_product_that_is_an_output_too_stays(agree):
    built = agree({"product": lambda x: x @ W, "sum": lambda x: x @ W + 1}, X)
    assert sorted(built.operators) == ["Add", "MatMul"]


def test_two_outputs_of_one_tensor_an_input_and_a_constant(agree):
    built = agree({"a": jnp.sin, "b": jnp.sin, "c": lambda x: x, "d": lambda x: jnp.ones((x.shape[0], 2))}, X)
    assert built.operators.count("Sin") == 1


def test_the_terms_of_a_layer_normalisation_are_one_sum(agree):
    scale, bias = np.ones(4, np.float32), np.zeros(4, np.float32)
    x = np.stack([X, X + 1])

    def block(x):
        total = x + (jnp.tanh(x) @ W + bias)
        return ops.layer_norm(total, scale, bias) + total

    built = agree(block, x)
    assert built.operators == ["Tanh", "MatMul", "Sum", "LayerNormalization", "Add"]


@pytest.mark.parametrize(("there", "stays"), [("float64", 0), ("int8", 2)])
def test_casts_there_and_back_vanish_where_nothing_is_lost(agree, there, stays):
    built = agree(lambda x: jax.lax.abs(x).astype(there).astype("float32") * 2, X, x64=True)
    assert (built.operators.count("Cast") > 0) == (stays > 0)


def test_reshapes_in_a_row_are_one(agree):
    built = agree(lambda x: jnp.sin(x).reshape(-1).reshape(x.shape[0], 2, 2).reshape(x.shape[0], 4) + x, X, empty=False)
    assert "Reshape" not in built.operators
