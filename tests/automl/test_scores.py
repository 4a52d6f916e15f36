"""Scores agree with scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, r2_score

from philtre.automl.scores import Score, accuracy, r2


def test_metrics_are_scikit_learns():
    random = np.random.default_rng(0)
    truth, answers = random.normal(size=50), random.normal(size=50)
    assert r2(truth, answers) == pytest.approx(r2_score(truth, answers))
    assert accuracy(truth > 0, answers > 0) == accuracy_score(truth > 0, answers > 0)
    assert r2(np.ones(3), np.ones(3)) == 0.0


def test_a_score_stands_beside_the_trivial_one():
    assert str(Score("accuracy", (0.5, 1.0), 0.25)) == (
        "accuracy 0.750 +- 0.250 in 2-fold cross-validation (the most frequent class alone: 0.250)"
    )
