"""The judge takes the best mean, names who is near, and compares on the folds that all have done."""

from types import SimpleNamespace

import numpy as np
import pytest

from philtre.automl.judge import Judge
from philtre.automl.scores import METRICS
from philtre.automl.trial import Trial
from philtre.data import Classes, Scaled, Target

TRUTH = np.array([0, 1] * 10)
PARTS = [
    SimpleNamespace(fitted=np.flatnonzero(np.arange(20) % 2 != i), judged=np.arange(i * 10, i * 10 + 10))
    for i in (0, 1)
]


def classes(metric="accuracy"):
    return Judge(METRICS[metric], Classes(Target("y", "classification"), ("no", "yes")), TRUTH)


def trial(name, *wrong):
    """A candidate that is wrong in so many of the ten rows of each fold."""
    answers = []
    for part, count in zip(PARTS, wrong, strict=False):
        said = TRUTH[part.judged].copy()
        said[:count] = 1 - said[:count]
        answers.append(np.where(said[:, None] == [0, 1], 2.0, 0.0))
    return Trial(SimpleNamespace(name=name), tuple(PARTS[: len(wrong)]), answers=tuple(answers))


def test_the_best_mean_is_taken():
    choice = classes().choose([trial("poor", 4, 4), trial("good", 1, 2)])
    assert choice.trial.candidate.name == "good"
    assert choice.reason == "highest mean accuracy, 0.85"


def test_of_equals_the_cheapest():
    choice = classes().choose([trial("cheap", 1, 2), trial("dear", 2, 1)])
    assert choice.trial.candidate.name == "cheap"
    assert "dear within one standard error" in choice.reason


def test_who_has_done_less_is_compared_on_what_all_have_done():
    judge = classes()
    choice = judge.choose([trial("whole", 1, 9), trial("cut", 2)])
    assert choice.trial.candidate.name == "whole"


def test_less_is_better_for_an_error():
    goal = Scaled(Target("y", "regression"), 0.0, 1.0)
    judge = Judge(METRICS["mae"], goal, np.zeros(20))
    off = [Trial(SimpleNamespace(name=f"{by}"), tuple(PARTS), answers=(np.full(10, by),) * 2) for by in (1.0, 0.5)]
    choice = judge.choose(off)
    assert choice.reason == "lowest mean mae, 0.5"
    assert judge.score(choice.trial, 2).folds == (0.5, 0.5)
    assert judge.score(choice.trial, 2).baseline == 0.0


def test_log_loss_judges_calibrated_probabilities():
    judge = classes("log_loss")
    tried = trial("sure", 2, 2)
    assert judge.score(tried, 2).mean == pytest.approx(-0.8 * np.log(0.8) - 0.2 * np.log(0.2), abs=0.01)


def test_a_threshold_moves_the_label():
    answers = classes().answers(np.array([[0.0, -1.0]]), temperature=1.0, threshold=0.2)
    assert answers.values.tolist() == [1]
