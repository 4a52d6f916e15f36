"""Members share kernels, start apart, and equal the networks that they stand for."""

import jax
import numpy as np

from philtre import nn

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
MODEL = nn.input("x", shape=(None, 3)) | nn.dense(8, bias=False) | nn.members(5) | nn.relu | nn.dense(6) | nn.heads(2)


def test_members_share_the_kernels_between():
    shapes = jax.tree.map(np.shape, MODEL.init(jax.random.key(0)))
    assert shapes["dense_1"]["kernel"] == (8, 6)
    assert shapes["members_0"] == {"scale": (5, 8), "bias": (5, 8)}
    assert shapes["heads_0"] == {"kernel": (5, 6, 2), "bias": (5, 2)}


def test_each_member_is_a_network_of_its_own():
    p = jax.tree.map(np.asarray, MODEL.init(jax.random.key(0)))
    output = MODEL.apply(p, X)
    assert output.shape == (4, 5, 2)
    for i in range(5):
        hidden = X @ p["dense_0"]["kernel"] * p["members_0"]["scale"][i] + p["members_0"]["bias"][i]
        hidden = np.maximum(hidden, 0) @ p["dense_1"]["kernel"] + p["dense_1"]["bias"]
        expected = hidden @ p["heads_0"]["kernel"][i] + p["heads_0"]["bias"][i]
        np.testing.assert_allclose(output[:, i], expected, rtol=1e-4, atol=1e-5)


def test_members_start_apart():
    output = MODEL.apply(MODEL.init(jax.random.key(0)), X)
    assert np.std(output, axis=1).min() > 0.01


def test_every_target_agrees(target):
    parameters = MODEL.init(jax.random.key(0))
    np.testing.assert_allclose(
        MODEL.program(parameters).compile(target)(X), MODEL.apply(parameters, X), rtol=1e-4, atol=1e-5
    )
