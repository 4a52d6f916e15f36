"""A scan over steps equals the steps one by one, is compiled once for equal models, and counts rows by weight."""

import itertools

import jax
import numpy as np
import optax
import pytest

from philtre import nn
from philtre.train.scan import Course, many_steps, start, stream

MODEL = nn.input("x", shape=(None, 2)) | nn.dense(1)
SGD = optax.identity()
X = np.random.default_rng(0).normal(size=(3, 4, 2)).astype(np.float32)
Y = X.sum(axis=2)
ONES = np.ones((3, 4), np.float32)
RATES = np.float32([0.1, 0.05, 0.02])


def squared(predictions, y):
    return (predictions[:, 0] - y) ** 2


def begin():
    return start(MODEL, SGD)(np.uint32(0))


def test_a_scan_is_gradient_descent():
    course, losses = many_steps(MODEL, squared, SGD)(begin(), X, Y, ONES, RATES)
    parameters = begin().parameters
    for i in range(3):
        value, gradients = jax.value_and_grad(lambda p, i=i: squared(MODEL.apply(p, X[i]), Y[i]).mean())(parameters)
        np.testing.assert_allclose(losses[i], value, rtol=1e-5)
        parameters = jax.tree.map(lambda p, g, i=i: p - RATES[i] * g, parameters, gradients)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5), course.parameters, parameters)


def test_equal_models_share_a_compilation():
    again = nn.input("x", shape=(None, 2)) | nn.dense(1)
    assert many_steps(again, squared, SGD) is many_steps(MODEL, squared, SGD)


def test_rows_of_weight_zero_do_not_count():
    weights = np.float32([[2, 2, 0, 0]] * 3)
    spoilt = np.where(weights > 0, Y, 1e3).astype(np.float32)
    course, _ = many_steps(MODEL, squared, SGD)(begin(), X, spoilt, weights, RATES)
    expected, _ = many_steps(MODEL, squared, SGD)(begin(), X, Y, weights, RATES)
    jax.tree.map(np.testing.assert_array_equal, course.parameters, expected.parameters)


def test_the_seed_decides_the_beginning():
    first, again, other = (start(MODEL, SGD)(np.uint32(seed)) for seed in (1, 1, 2))
    assert isinstance(first, Course)
    jax.tree.map(np.testing.assert_array_equal, first.parameters, again.parameters)
    assert not np.array_equal(first.parameters["dense_0"]["kernel"], other.parameters["dense_0"]["kernel"])


@pytest.mark.parametrize(("rows", "batch_size", "steps"), [(10, 4, 3), (5, 8, 2), (100, 1, 7)])
def test_a_stream_takes_every_row_equally_often(rows, batch_size, steps):
    pieces = list(itertools.islice(stream(rows, batch_size, steps, seed=0), rows))
    assert all(piece.shape == (steps, batch_size) for piece in pieces)
    assert (np.bincount(np.concatenate(pieces).ravel()) == batch_size * steps).all()
