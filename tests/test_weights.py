"""Weights keep their names: by path, through joins, into the saved graph."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import pytest

import philtre as ph
from philtre.errors import SignatureError
from philtre.program import Program
from philtre.weights import by_path, merged

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def dense(name):
    kernel = np.arange(6, dtype=np.float32).reshape(3, 2)
    return Program(
        lambda p, x: x @ p[name]["kernel"] + p[name]["bias"],
        parameters={name: {"kernel": kernel, "bias": np.float32([1, 2])}},
        inputs={"x": ph.Tensor((None, 3))},
    )


def initializers(path):
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


def test_weights_are_named_by_their_path():

    assert list(by_path({"b": [np.ones(1), np.ones(2)], "a": (np.ones(1),)})) == ["a.0", "b.0", "b.1"]
    assert list(by_path(np.ones(1))) == ["weights"]
    assert by_path(None) == {}


def test_two_paths_that_are_spelled_alike_are_refused():
    with pytest.raises(SignatureError, match=r"'a\.b' twice"):
        by_path({"a": {"b": np.ones(1)}, "a.b": np.ones(1)})
    with pytest.raises(SignatureError, match="parameter 'a' expects numbers"):
        by_path({"a": np.array(["text"])})


def test_the_saved_graph_names_them_so(tmp_path):
    found = initializers(dense("first").save(tmp_path / "model.onnx"))
    assert found["first.bias"].tolist() == [1, 2]
    assert found["first.kernel"].shape == (3, 2)


def test_a_weight_does_not_take_the_name_of_an_input(tmp_path):
    scaled = Program(
        lambda p, x: x * p["x"], parameters={"x": np.float32([2, 3, 4])}, inputs={"x": ph.Tensor((None, 3))}
    )
    assert ph.load(scaled.save(tmp_path / "model.onnx"))(X).tolist() == (X * [2, 3, 4]).tolist()


def test_joined_programs_keep_the_names_where_they_differ(tmp_path):
    joined = dense("first") | Program(lambda p, x: x * p["scale"], parameters={"scale": np.float32([2, 3])})
    assert list(joined.weights) == ["first.bias", "first.kernel", "scale"]
    assert set(initializers(joined.save(tmp_path / "model.onnx"))) >= set(joined.weights)
    np.testing.assert_allclose(ph.load(tmp_path / "model.onnx")(X), joined(X), rtol=1e-6)


def test_joined_programs_with_equal_names_go_below_their_owners():
    a, b = {"kernel": 1}, {"kernel": 2}
    tree, part = merged(a, b, ("encoder", "head"))
    assert list(by_path(tree)) == ["encoder.kernel", "head.kernel"]
    assert part(tree) == (a, b)
    assert list(by_path(merged(a, b, ("model", "model"))[0])) == ["model_0.kernel", "model_1.kernel"]


def test_a_program_is_a_function_of_its_parameters(target):
    program = dense("first")

    def loss(parameters):
        return jnp.sum(program.apply(jnp.asarray(X), parameters=parameters)["output"])

    assert jax.grad(loss)(program.parameters)["first"]["bias"].tolist() == [2, 2]
    np.testing.assert_allclose(program.compile(target)(X), X @ program.weights["first.kernel"] + [1, 2], rtol=1e-6)


def test_weights_of_64_bits_are_narrowed_with_the_program():
    wide = Program(lambda p, x: x * p, parameters=np.float64([1, 2, 3]), inputs={"x": ph.Tensor((None, 3))})
    assert wide(X).dtype == np.float32
    assert wide.compile("onnx")(X).dtype == np.float32


def test_weights_are_jax_arrays_to_the_function_whoever_runs_it(target):
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    fields = {"codes": ph.Tensor((None,), "int32")}
    program = Program(lambda p, codes: p["table"][codes], parameters={"table": table}, inputs=fields)
    codes = np.int32([2, 0])
    assert program.compile(target)(codes).tolist() == table[codes].tolist()
    assert jax.jit(program)(codes).tolist() == table[codes].tolist()
    undeclared = Program(lambda p, codes: p["table"][codes], parameters={"table": table})
    assert undeclared(codes).tolist() == table[codes].tolist()


def test_many_weights_are_given_to_xla_rather_than_compiled_in(monkeypatch):
    monkeypatch.setattr(sys.modules["philtre.program"], "COMPILED_IN", 0)
    program = dense("first")
    np.testing.assert_allclose(program(X), X @ program.weights["first.kernel"] + [1, 2], rtol=1e-6)
    assert program(jnp.asarray(X)).shape == (2, 2)
