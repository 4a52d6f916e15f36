"""The linear candidate finds the minimum that closed forms and scikit-learn find, and chooses its penalty itself."""

import time

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from philtre.automl.candidate import Training
from philtre.automl.linear import PENALTIES, Linear

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(200, 5)).astype(np.float32)
SLOPES = np.float32([3, -2, 1, 0, 0])
NOISE = RANDOM.normal(size=200).astype(np.float32)


def fit(x, y, classes, hints=None, **options):
    return Linear().fit(Training(x, y, classes, **options), hints)


def test_regression_is_ridge():
    y = X @ SLOPES + NOISE + 7
    found = fit(X, y, None, {"log10_penalty": 1.0})
    reference = Ridge(alpha=10).fit(X, y)
    np.testing.assert_allclose(found.program(X)[:, 0], reference.predict(X), atol=1e-4)


@pytest.mark.parametrize("classes", [2, 3])
def test_classification_is_multinomial_logistic_regression(classes):
    y = np.clip(X @ SLOPES + NOISE + 1, 0, classes - 1).astype(np.int32)
    scores = fit(X, y, classes, {"log10_penalty": 0.0}).program(X)
    # two symmetrical columns of scores share the difference, which halves its penalty
    strength = 1 / 2 if classes == 2 else 1
    reference = LogisticRegression(C=1 / strength, tol=1e-8).fit(X, y)
    exponents = np.exp(scores)
    np.testing.assert_allclose(exponents / exponents.sum(axis=1, keepdims=True), reference.predict_proba(X), atol=1e-3)


def test_weights_count_rows():
    y = (X @ SLOPES + 3 * NOISE > 0).astype(np.int32)
    twice = np.concatenate([np.arange(200), np.arange(50)])
    weights = np.where(np.arange(200) < 50, 2, 1).astype(np.float32)
    hints = {"log10_penalty": -3.0}
    weighted = fit(X, y, 2, hints, weights=weights / weights.mean()).program(X)
    np.testing.assert_allclose(weighted, fit(X[twice], y[twice], 2, hints).program(X), atol=1e-3)


def test_the_penalty_grows_with_the_noise():
    clear, hidden = X @ SLOPES, 20 * NOISE + X @ SLOPES
    assert fit(X, clear, None).hints["log10_penalty"] < fit(X, hidden, None).hints["log10_penalty"]


def test_the_same_seed_gives_the_same_bits():
    y = (X @ SLOPES + NOISE > 0).astype(np.int32)
    np.testing.assert_array_equal(fit(X, y, 2, seed=3).program(X), fit(X, y, 2, seed=3).program(X))


def test_a_deadline_that_has_passed_still_gives_a_program():
    y = (X @ SLOPES + NOISE > 0).astype(np.int32)
    found = fit(X, y, 2, deadline=time.monotonic())
    assert found.hints["log10_penalty"] == np.log10(PENALTIES[len(PENALTIES) // 2])
    assert (found.program(X).argmax(axis=1) == y).mean() > 0.8


def test_few_rows_many_features_and_constant_ones(target):
    x = np.zeros((10, 1500), np.float32)
    x[:, :3] = RANDOM.normal(size=(10, 3))
    y = np.int32([0, 1] * 5)
    program = fit(x, y, 2).program
    assert np.isfinite(program(x)).all()
    np.testing.assert_allclose(program.compile(target)(x), program(x), atol=1e-5)
