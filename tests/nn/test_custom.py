"""A custom layer is a function with named parameters: it counts, trains, names itself and runs on every target."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import nn
from philtre.errors import SignatureError

ONES = jax.nn.initializers.ones
X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)


def project(x, kernel, offset):
    return x @ kernel + offset


def noise(x, *, mode, key):
    return x if mode == "inference" else x + jax.random.normal(key, x.shape)


PROJECT = nn.layer(
    project, kernel=nn.parameter(lambda shape: (shape[-1], 2)), offset=nn.parameter((2,), jax.nn.initializers.zeros)
)


def test_parameters_are_made_for_the_input_and_are_float32():
    for x64 in (False, True):
        with jax.enable_x64(x64):
            parameters = (nn.input("x", shape=(None, 3)) | PROJECT).init(jax.random.key(0))
            assert jax.tree.map(jnp.shape, parameters) == {"project_0": {"kernel": (3, 2), "offset": (2,)}}
            assert {leaf.dtype.name for leaf in jax.tree.leaves(parameters)} == {"float32"}


def test_it_computes_what_the_function_says_on_every_target(target):
    model = nn.input("x", shape=(None, 3)) | PROJECT | nn.relu
    parameters = model.init(jax.random.key(0))
    expected = np.maximum(X @ np.asarray(parameters["project_0"]["kernel"]), 0)
    np.testing.assert_allclose(model.program(parameters).compile(target)(X), expected, rtol=1e-5, atol=1e-6)


def test_it_has_gradients():
    model = nn.input("x", shape=(None, 3)) | PROJECT
    gradients = jax.grad(lambda p: model.apply(p, X).sum())(model.init(jax.random.key(0)))
    np.testing.assert_allclose(gradients["project_0"]["offset"], [4, 4])


def test_a_function_that_asks_is_told_mode_and_key():
    model = nn.input("x", shape=(None, 3)) | nn.layer(noise)
    np.testing.assert_array_equal(model.apply({}, X, key=jax.random.key(0)), X)
    first, again, other = (model.apply({}, X, mode="train", key=jax.random.key(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_two_parameters_of_one_shape_differ():
    twin = nn.layer(lambda x, a, b: x @ a @ b, a=nn.parameter((3, 3)), b=nn.parameter((3, 3)))
    (parameters,) = (nn.input("x", shape=(None, 3)) | twin).init(jax.random.key(0)).values()
    assert not np.array_equal(parameters["a"], parameters["b"])


def test_the_same_layer_twice_shares_parameters_and_a_name_can_be_given():
    scale = nn.layer(lambda x, factor: x * factor, name="scale", factor=nn.parameter((3,), ONES))
    assert list((nn.input("x", shape=(None, 3)) | scale | nn.tanh | scale).init(jax.random.key(0))) == ["scale"]


def test_what_is_no_parameter_is_refused():
    with pytest.raises(SignatureError, match=r"'factor' expects nn.parameter\(shape\), .* got a float"):
        nn.layer(lambda x, factor: x * factor, factor=2.0)
    with pytest.raises(SignatureError, match="layer argument 'key'"):
        nn.layer(lambda x, key: x, key=nn.parameter((1,)))
