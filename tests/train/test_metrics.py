"""Metrics are exact over an epoch: any cut into batches gives the figure of the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, mean_absolute_error, mean_squared_error, r2_score

from philtre.errors import TrainingError
from philtre.train import metrics

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.normal(size=20).astype(np.float32)
GUESS = (TRUTH + RANDOM.normal(size=20)).astype(np.float32)
REFERENCES = {"mean_squared_error": mean_squared_error, "mean_absolute_error": mean_absolute_error, "r2": r2_score}


def over(metric, predictions, targets, cuts):
    total: dict[str, float] = {}
    for p, t in zip(np.split(predictions, cuts), np.split(targets, cuts), strict=True):
        if not len(p):
            continue
        for name, value in metric.sums(p, t, np.ones(len(p), np.float32)).items():
            total[name] = total.get(name, 0.0) + float(value)
    return metric.finish(total)


@pytest.mark.parametrize("name", REFERENCES)
@given(st.lists(st.integers(0, 20), max_size=4).map(sorted))
def test_any_cut_gives_the_figure_of_the_whole(name, cuts):
    found = over(metrics.named(name), GUESS[:, None], TRUTH[:, None], cuts)
    assert found == pytest.approx(REFERENCES[name](TRUTH, GUESS), rel=1e-4)


def test_accuracy_of_scores_of_probabilities_and_of_one_hot():
    scores = np.float32([[2, 1], [0, 3], [1, 0]])
    classes = np.array([0, 1, 1])
    expected = accuracy_score(classes, scores.argmax(axis=1))
    assert over(metrics.accuracy(), scores, classes, []) == pytest.approx(expected)
    assert over(metrics.accuracy(), scores, np.eye(2)[classes], []) == pytest.approx(expected)
    assert over(metrics.accuracy(), np.float32([[0.9], [0.2]]), np.float32([[1], [1]]), []) == 0.5
    assert over(metrics.accuracy(threshold=0.0), np.float32([[0.2]]), np.float32([[1]]), []) == 1.0


def test_padding_does_not_count():
    sums = metrics.accuracy().sums(np.float32([[1, 0], [1, 0]]), np.array([0, 1]), np.float32([1, 0]))
    assert metrics.accuracy().finish({name: float(value) for name, value in sums.items()}) == 1.0


def test_an_average_of_ones_own():
    metric = metrics.average(lambda p, t: (p == t)[:, 0].astype(np.float32), "equal")
    assert over(metric, np.ones((4, 1), np.float32), np.float32([[1], [1], [0], [1]]), [2]) == 0.75


def test_what_does_not_fit_is_refused():
    with pytest.raises(TrainingError, match="accuracy"):
        metrics.accuracy().sums(np.ones((2, 3)), np.ones((2, 2)), np.ones(2))
