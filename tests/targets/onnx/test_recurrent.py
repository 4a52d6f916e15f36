"""LSTM and GRU: gates in their places, states, lengths, both directions."""

import numpy as np
import pytest

from philtre import ops

D, H = 3, 5


@pytest.fixture
def weights(random):
    def weights(*shape):
        return random.normal(0, 0.5, shape).astype(np.float32)

    return weights


@pytest.fixture
def x(weights):
    return weights(4, 6, D)


def parts(function, names):
    """One function per result."""
    return {name: lambda *a, i=index: function(*a)[i] for index, name in enumerate(names)}


@pytest.mark.parametrize("reverse", [False, True])
def test_lstm(agree, weights, x, reverse):
    w, r, b, h, c = weights(D, 4 * H), weights(H, 4 * H), weights(4 * H), weights(4, H), weights(4, H)
    n = np.int32([6, 0, 3, 9])
    agree(parts(lambda x: ops.lstm(x, w, r, reverse=reverse), "yhc"), x)
    agree(parts(lambda x, h, c, n: ops.lstm(x, w, r, b, h, c, n, reverse=reverse), "yhc"), x, h, c, n)


@pytest.mark.parametrize("reverse", [False, True])
def test_gru(agree, weights, x, reverse):
    w, r, b, again, h = weights(D, 3 * H), weights(H, 3 * H), weights(3 * H), weights(3 * H), weights(4, H)
    n = np.int32([6, 0, 3, 9])
    agree(parts(lambda x: ops.gru(x, w, r, b, reverse=reverse), "yh"), x)
    agree(parts(lambda x, h, n: ops.gru(x, w, r, b, again, h, n, reverse=reverse), "yh"), x, h, n)


def test_weights_that_are_computed_and_more_axes(agree, weights, x):
    w, r, b = weights(D, 4 * H), weights(H, 4 * H), weights(4 * H)
    agree(lambda x, w, r, b: ops.lstm(x[:, None], w, r, b)[0], x, w, r, b, free=False)


def test_one_operator_each(convert, weights, x):
    assert "LSTM" in convert(lambda x: ops.lstm(x, weights(D, 4 * H), weights(H, 4 * H))[0], x).operators
    assert "GRU" in convert(lambda x: ops.gru(x, weights(D, 3 * H), weights(H, 3 * H))[0], x).operators


def test_float64_walks_by_the_body(agree, weights, x):
    w, r = weights(D, 4 * H).astype(float), weights(H, 4 * H).astype(float)
    agree(lambda x: ops.lstm(x, w, r)[0], x.astype(float))
