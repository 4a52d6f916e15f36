"""The columns that decide are found, and those that do not cost nothing."""

import numpy as np
import pytest

import philtre as ph
from philtre.automl.budget import Budget
from philtre.automl.candidates import CANDIDATES
from philtre.automl.importance import importance
from philtre.automl.judge import Judge
from philtre.automl.options import Options
from philtre.automl.part import prepare
from philtre.automl.scores import METRICS
from philtre.automl.split import split
from philtre.automl.trial import try_candidate


@pytest.fixture(scope="module")
def judged(two_classes):
    """A judge, and a linear model tried on two folds."""
    recipe = ph.Recipe.infer(two_classes, target="y")
    goal = recipe.target.fit(two_classes)
    labels = goal.labels(two_classes)
    parts = [prepare(recipe, two_classes, fold) for fold in split(two_classes, labels, Options(folds=2))]
    judge = Judge(METRICS["accuracy"], goal, labels.astype(np.int64))
    return judge, try_candidate(CANDIDATES["linear"], parts, goal, Budget(60.0))


def test_what_decides_comes_first(judged, two_classes):
    first, second = importance(*judged, two_classes, Budget(60.0))
    assert (first.column, second.column) == ("x", "noise")
    assert first.mean > 0.3
    assert abs(second.mean) < 0.05
    assert first.deviation < 0.1


def test_the_seed_decides_how_it_is_shuffled(judged, two_classes):
    first, again, other = (importance(*judged, two_classes, Budget(60.0), seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_without_time_nothing_is_said(judged, two_classes):
    assert importance(*judged, two_classes, Budget(0.0)) == ()
