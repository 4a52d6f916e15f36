"""Every metric is scikit-learn's, and knows its direction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from philtre.automl.scores import METRICS, Answers, Score, constant, metric_of
from philtre.errors import DataError

LABELS = {
    "accuracy": lambda y, p: theirs.accuracy_score(y, p.argmax(1)),
    "balanced_accuracy": lambda y, p: theirs.balanced_accuracy_score(y, p.argmax(1)),
    "f1": lambda y, p: theirs.f1_score(y, p.argmax(1), average="binary" if p.shape[1] == 2 else "macro"),
    "auc": lambda y, p: (
        theirs.roc_auc_score(y, p[:, 1]) if p.shape[1] == 2 else theirs.roc_auc_score(y, p, multi_class="ovr")
    ),
    "log_loss": lambda y, p: theirs.log_loss(y, p, labels=range(p.shape[1])),
}
NUMBERS = {
    "r2": theirs.r2_score,
    "rmse": theirs.root_mean_squared_error,
    "mae": theirs.mean_absolute_error,
}


@given(st.integers(0, 10_000), st.integers(2, 4), st.booleans())
def test_classification_metrics_are_scikit_learns(seed, k, ties):
    random = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(k), random.integers(0, k, 30)])
    powers = np.exp(random.integers(-2, 3, (len(truth), k)) if ties else random.normal(size=(len(truth), k)))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    answers = Answers(probabilities.argmax(axis=1), probabilities)
    for name, function in LABELS.items():
        assert METRICS[name](truth, answers) == pytest.approx(function(truth, probabilities)), name


@given(st.integers(0, 10_000))
def test_regression_metrics_are_scikit_learns(seed):
    random = np.random.default_rng(seed)
    truth, answers = random.normal(size=50), random.normal(size=50)
    for name, function in NUMBERS.items():
        assert METRICS[name](truth, Answers(answers)) == pytest.approx(function(truth, answers)), name


@pytest.mark.parametrize("name", METRICS)
def test_better_answers_gain(name):
    metric = METRICS[name]
    if metric.task == "regression":
        truth, good, poor = np.arange(4.0), Answers(np.arange(4.0)), Answers(np.zeros(4))
    else:
        sure = np.array([[0.9, 0.1], [0.1, 0.9]])
        truth = np.array([0, 1])
        good, poor = (Answers(p.argmax(axis=1), p) for p in (sure, sure[::-1]))
    assert metric.gain(metric(truth, good), metric(truth, poor)) > 0


def test_what_cannot_be_ranked_or_explained_counts_as_guessing():
    one = Answers(np.zeros(3, int), np.tile([0.8, 0.2], (3, 1)))
    assert METRICS["auc"](np.zeros(3, int), one) == 0.5
    assert METRICS["r2"](np.ones(3), Answers(np.ones(3))) == 0.0


def test_always_the_same_answer():
    says = constant(np.array([0, 1, 1, 1]), 2)(2)
    assert says.values.tolist() == [1, 1]
    assert says.probabilities.tolist() == [[0.25, 0.75], [0.25, 0.75]]
    assert constant(np.array([1.0, 3.0]), None)(1).values.tolist() == [2.0]


def test_a_score_stands_beside_the_trivial_one():
    assert str(Score("accuracy", (0.5, 1.0), 0.25)) == (
        "accuracy 0.750 +- 0.250 in 2-fold cross-validation (the most frequent class alone: 0.250)"
    )
    assert str(Score("r2", (0.5,), 0.0)) == "r2 0.500 on held-out rows (the mean alone: 0.000)"


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("acuracy", "classification", "is 'accuracy' meant"),
        ("r2", "classification", "expects a regression, got a classification"),
        ("auc", "regression", "take one of"),
    ],
)
def test_a_metric_that_does_not_fit_is_refused(name, task, said):
    with pytest.raises(DataError, match=said):
        metric_of(name, task)
