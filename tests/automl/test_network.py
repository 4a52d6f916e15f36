"""The network candidates learn what a line cannot, of every kind of table, and always give a program that exports."""

import time
from dataclasses import replace

import numpy as np
import pytest

from philtre.automl.candidate import Training
from philtre.automl.candidates import CANDIDATES
from philtre.automl.course import split
from philtre.automl.linear import Linear
from philtre.automl.network import Network, mean_log_probabilities

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(600, 3)).astype(np.float32)
CIRCLE = (X[:, 0] ** 2 + X[:, 1] ** 2 > 1.4).astype(np.int32)
SMALL = Network(width=16, steps=160)


def accuracy(fit, x, y):
    return (fit.program(x).argmax(axis=1) == y).mean()


def exclusive_or(rows):
    x = RANDOM.integers(0, 2, size=(rows, 2)).astype(np.float32)
    return x, (x[:, 0] != x[:, 1]).astype(np.int32)


@pytest.mark.parametrize("name", ["network", "ensemble"])
def test_a_circle_is_learned(name):
    candidate = replace(CANDIDATES[name], steps=320)
    training = Training(X[:400], CIRCLE[:400], 2)
    assert accuracy(Linear().fit(training), X[400:], CIRCLE[400:]) < 0.7
    assert accuracy(candidate.fit(training), X[400:], CIRCLE[400:]) > 0.9


def test_exclusive_or_of_truth_values_is_learned():
    x, y = exclusive_or(300)
    assert accuracy(Linear().fit(Training(x, y, 2)), x, y) < 0.8
    assert accuracy(Network(steps=320).fit(Training(x, y, 2)), x, y) == 1


def test_regression_follows_a_curve():
    x = RANDOM.normal(size=(1_400, 3)).astype(np.float32)
    y = np.sin(3 * x[:, 0])
    predictions = Network(steps=480).fit(Training(x[:1_200], y[:1_200], None)).program(x[1_200:])
    assert predictions.shape == (200, 1)
    assert np.mean((predictions[:, 0] - y[1_200:]) ** 2) < 0.1 * np.var(y)


def test_the_same_seed_gives_the_same_bits():
    first, again, other = (SMALL.fit(Training(X, CIRCLE, 2, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.program(X), again.program(X))
    assert first.hints == again.hints
    assert not np.array_equal(first.program(X), other.program(X))


@pytest.mark.parametrize("members", [1, 4])
def test_it_agrees_on_every_target(members, target):
    fit = replace(SMALL, members=members).fit(Training(X, CIRCLE, 2))
    run = fit.program.compile(target)
    np.testing.assert_allclose(run(X), fit.program(X), rtol=1e-3, atol=1e-4)
    assert run(X[:1]).shape == (1, 2)


def test_what_was_held_out_says_where_to_stop():
    noise = RANDOM.integers(0, 2, len(X)).astype(np.int32)
    fit = Network(steps=1_000).fit(Training(X, noise, 2))
    assert fit.hints["progress"] < 0.5
    assert {"epoch", "loss", "validation_loss"} == set(fit.history[0])
    again = Network(steps=1_000).fit(Training(X, noise, 2), {"progress": 0.1})
    assert again.hints["progress"] == pytest.approx(0.1, abs=0.05)
    assert "validation_loss" not in again.history[0]


def test_a_deadline_that_has_passed_still_gives_a_program():
    fit = Network().fit(Training(X, CIRCLE, 2, deadline=time.monotonic()))
    assert len(fit.history) == 1
    assert np.isfinite(fit.program(X)).all()


def test_a_deadline_ends_the_fit():
    long = Network(steps=1_000_000)
    fit = long.fit(Training(np.tile(X, (20, 1)), np.tile(CIRCLE, 20), 2, deadline=time.monotonic() + 3))
    assert len(fit.history) < 120
    assert np.isfinite(fit.program(X)).all()


def test_weights_move_the_answer():
    weights = np.where(CIRCLE == 1, 20, 1).astype(np.float32)
    weighted = SMALL.fit(Training(X, CIRCLE, 2, weights=weights / weights.mean()))
    assert weighted.program(X).argmax(axis=1).mean() > SMALL.fit(Training(X, CIRCLE, 2)).program(X).argmax(1).mean()


TABLES = {
    "one column of numbers": (X[:, :1], CIRCLE, 2),
    "no numbers": ((X > 0).astype(np.float32), CIRCLE, 2),
    "ten rows": (X[:10], np.int32([0, 1] * 5), 2),
    "ten rows of numbers": (X[:10], X[:10, 0], None),
    "one constant column": (np.ones((50, 1), np.float32), CIRCLE[:50], 2),
    "ten classes": (X, np.digitize(X[:, 0], np.linspace(-1.5, 1.5, 9)).astype(np.int32), 10),
    "a rare class": (X, (np.arange(len(X)) < 4).astype(np.int32), 2),
    "a class without rows": (X, CIRCLE, 3),
    "a heavy tail": (np.exp(5 * X), CIRCLE, 2),
}


@pytest.mark.parametrize("table", TABLES)
def test_any_table_gives_finite_scores(table):
    x, y, classes = TABLES[table]
    fit = SMALL.fit(Training(x, y, classes))
    scores = fit.program.compile("onnx")(x)
    assert scores.shape == (len(x), classes or 1)
    assert np.isfinite(scores).all()
    assert np.isfinite(fit.program(1e6 * x)).all()


def test_rows_held_out_keep_the_shares_of_the_classes():
    rare = (np.arange(600) < 60).astype(np.int32)
    fitted, held = split(Training(X, rare, 2), hold=True)
    assert len(held) == pytest.approx(600 / 7, abs=1)
    assert rare[held].mean() == pytest.approx(0.1, abs=0.02)
    assert sorted([*fitted, *held]) == list(range(600))
    assert not len(split(Training(X[:50], rare[:50], 2), hold=True)[1])
    assert not len(split(Training(X, rare, 2), hold=False)[1])


def test_members_average_their_probabilities():
    scores = np.log(np.float32([[[0.9, 0.1], [0.5, 0.5]]]))
    np.testing.assert_allclose(np.exp(mean_log_probabilities(scores)), [[0.7, 0.3]], rtol=1e-6)
