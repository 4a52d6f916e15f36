"""Normalisations and activations mean torch's and JAX's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

RANDOM = np.random.default_rng(0)
X, MEAN, SCALE, BIAS = (RANDOM.standard_normal(shape).astype(np.float32) for shape in ((2, 5, 6, 4), 4, 4, 4))


def close(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)


def test_log_softmax_and_logsumexp_are_jaxs():
    for axis in (0, -1, 2):
        close(ops.log_softmax(X * 50, axis=axis), jax.nn.log_softmax(X * 50, axis=axis))
    for axis in (1, (0, -1), None):
        close(ops.logsumexp(X, axis=axis), jax.nn.logsumexp(X, axis=axis))
    assert ops.logsumexp(X, axis=(0, 1), keepdims=True).shape == (1, 1, 6, 4)


def test_logsumexp_of_nothing_and_of_infinities():
    assert ops.logsumexp(jnp.zeros((2, 0))).tolist() == [-np.inf] * 2
    assert ops.logsumexp(jnp.array([[-np.inf, -np.inf], [np.inf, 0]])).tolist() == [-np.inf, np.inf]


def test_silu_is_jaxs():
    close(ops.silu(X * 10), jax.nn.silu(X * 10))


def test_rms_norm_is_torchs():
    torch = pytest.importorskip("torch")
    close(
        ops.rms_norm(X, SCALE), torch.nn.functional.rms_norm(torch.from_numpy(X), (4,), torch.from_numpy(SCALE), 1e-5)
    )


def test_batch_and_group_norm_are_torchs():
    torch = pytest.importorskip("torch")
    first = torch.from_numpy(np.moveaxis(X, -1, 1).copy())
    mean, variance, scale, bias = map(torch.from_numpy, (MEAN, MEAN**2, SCALE, BIAS))
    theirs = torch.nn.functional.batch_norm(first, mean, variance, scale, bias)
    close(ops.batch_norm(X, MEAN, MEAN**2, SCALE, BIAS), np.moveaxis(theirs.numpy(), 1, -1))
    for groups in (1, 2, 4):
        theirs = torch.nn.functional.group_norm(first, groups, scale, bias)
        close(ops.group_norm(X, SCALE, BIAS, groups=groups), np.moveaxis(theirs.numpy(), 1, -1))


def test_one_example_is_normalised_alone():
    alone = ops.group_norm(X[0], SCALE, BIAS, groups=2, space=2)
    close(alone, ops.group_norm(X, SCALE, BIAS, groups=2)[0])


def test_what_does_not_fit_is_said():
    with pytest.raises(SignatureError, match="group_norm expects groups that divide 4 channels, got 3"):
        ops.group_norm(X, SCALE, BIAS, groups=3)
    with pytest.raises(SignatureError, match="axis expects a number from -4 to 3, got 4"):
        ops.log_softmax(X, axis=4)
