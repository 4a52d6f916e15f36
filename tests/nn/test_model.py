"""A model is a graph: parameters apart, apply pure, names stable, errors that name the layer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import nn
from philtre.errors import SignatureError

PIXELS = nn.input("pixels", shape=(None, 4))
X = np.linspace(-1, 1, 8, dtype=np.float32).reshape(2, 4)


@pytest.fixture
def model():
    return PIXELS | nn.dense(8, activation=nn.relu) | nn.dropout(0.5) | nn.dense(3, activation=nn.softmax)


def test_parameters_are_named_arrays(model):
    parameters = model.init(jax.random.key(0))
    shapes = jax.tree.map(jnp.shape, parameters)
    assert shapes == {"dense_0": {"kernel": (4, 8), "bias": (8,)}, "dense_1": {"kernel": (8, 3), "bias": (3,)}}


def test_apply_is_the_formula(model):
    p = model.init(jax.random.key(0))
    hidden = np.maximum(X @ p["dense_0"]["kernel"] + p["dense_0"]["bias"], 0)
    scores = np.asarray(hidden @ p["dense_1"]["kernel"] + p["dense_1"]["bias"])
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.apply(p, X), expected, rtol=1e-5)


def test_the_key_decides_the_parameters(model):
    first, again, other = (model.init(jax.random.key(seed)) for seed in (0, 0, 1))
    jax.tree.map(np.testing.assert_array_equal, first, again)
    assert not np.array_equal(first["dense_0"]["kernel"], other["dense_0"]["kernel"])


def test_dropout_acts_in_training_only(model):
    p = model.init(jax.random.key(0))
    np.testing.assert_array_equal(model.apply(p, X), model.apply(p, X))
    first = model.apply(p, X, mode="train", key=jax.random.key(1))
    other = model.apply(p, X, mode="train", key=jax.random.key(2))
    assert not np.array_equal(first, other)
    with pytest.raises(SignatureError, match="layer 'dropout_0' expects a key"):
        model.apply(p, X, mode="train")


def test_any_array_function_and_chains_join():
    chain = nn.dense(8) | jnp.tanh | nn.dense(1)
    model = PIXELS | chain
    assert [row.split()[0] for row in str(model).splitlines()[1:]] == ["pixels", "dense_0", "tanh_0", "dense_1"]
    assert (PIXELS | jnp.abs | nn.dense(2)).apply({"dense_0": {"kernel": np.ones((4, 2)), "bias": 0.0}}, X).shape == (
        2,
        2,
    )


def test_a_layer_that_stands_twice_shares_its_parameters():
    square = nn.dense(4)
    shared = PIXELS | square | nn.tanh | square
    assert list(shared.init(jax.random.key(0))) == ["dense_0"]
    apart = PIXELS | nn.dense(4) | nn.tanh | nn.dense(4)
    assert list(apart.init(jax.random.key(0))) == ["dense_0", "dense_1"]


def test_names_are_given_or_counted_and_never_clash():
    named = PIXELS | nn.dense(2, name="first") | nn.dense(2)
    assert list(named.init(jax.random.key(0))) == ["first", "dense_1"]
    with pytest.raises(SignatureError, match="'first' twice"):
        (PIXELS | nn.dense(2, name="first") | nn.dense(2, name="first")).init(jax.random.key(0))


def test_shape_errors_name_the_layer(model):
    with pytest.raises(SignatureError, match=r"layer 'dense_0' expects float\[n, 4\], got float32\[2, 5\]"):
        model.apply(model.init(jax.random.key(0)), np.ones((2, 5), np.float32))
    with pytest.raises(SignatureError, match=r"the inputs \['pixels'\]"):
        model.apply(model.init(jax.random.key(0)), {"image": X})


def test_the_table_counts_parameters(model):
    rows = [line.split() for line in str(model).splitlines()]
    assert rows[0] == ["name", "layer", "output", "parameters"]
    assert rows[2] == ["dense_0", "dense", "float32[n,", "8]", "40"]
    assert rows[3][-1] == "0"


def test_the_program_is_the_model_in_inference_mode(model, target):
    parameters = model.init(jax.random.key(0))
    run = model.program(parameters).compile(target)
    np.testing.assert_allclose(run(X), model.apply(parameters, X), rtol=1e-5, atol=1e-6)
    assert run(np.empty((0, 4), np.float32)).shape == (0, 3)


def test_models_are_equal_by_value(model):
    assert PIXELS | nn.dense(3) == nn.input("pixels", shape=(None, 4)) | nn.dense(3)
    assert PIXELS | nn.dense(3) != PIXELS | nn.dense(4)


def test_float32_stays_float32_in_both_modes(model):
    for x64 in (False, True):
        with jax.enable_x64(x64):
            parameters = model.init(jax.random.key(0))
            assert {leaf.dtype.name for leaf in jax.tree.leaves(parameters)} == {"float32"}
            assert model.apply(parameters, X).dtype == np.float32
            assert model.apply(parameters, X, mode="train", key=jax.random.key(0)).dtype == np.float32


def test_gradients_and_vmap_over_members(model):
    members = jax.vmap(model.init)(jax.random.split(jax.random.key(0), 3))
    assert jax.vmap(model.apply, in_axes=(0, None))(members, X).shape == (3, 2, 3)
    gradients = jax.grad(lambda p: model.apply(p, X)[:, 0].sum())(model.init(jax.random.key(0)))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(gradients))


@pytest.mark.parametrize("make", [lambda: nn.dense(0), lambda: nn.dropout(1.0), lambda: nn.dropout(-0.1)])
def test_options_out_of_range_are_refused(make):
    with pytest.raises(SignatureError):
        make()
