"""A trial fits on every fold that there is time for, and an error ends it alone."""

from dataclasses import dataclass, field

import numpy as np
import pytest

import philtre as ph
from philtre.automl.budget import Budget
from philtre.automl.candidate import Fit
from philtre.automl.part import prepare
from philtre.automl.trial import try_candidate


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@dataclass
class Slow:
    """A candidate that takes as long as it may, or as it needs; it answers zeros."""

    clock: Clock
    needs: float
    name: str = "slow"
    again: float | None = None
    given: list = field(default_factory=list)

    def fit(self, training, hints=None):
        self.given.append(training.deadline - self.clock.now)
        self.clock.now += min(self.needs, self.given[-1])
        self.needs = self.again or self.needs
        d, k = training.x.shape[1], training.classes
        zeros = ph.Program(lambda x: x @ np.zeros((d, k), np.float32), inputs={"features": ph.Tensor((None, d))})
        return Fit(zeros, {"epochs": len(self.given), "rate": 0.5}, (), self.again)


class Broken:
    name = "broken"

    def fit(self, training, hints=None):
        raise ValueError("no luck")


@pytest.fixture(scope="module")
def recipe(two_classes):
    return ph.Recipe.infer(two_classes, target="y")


@pytest.fixture(scope="module")
def parts(recipe, two_classes):
    rows = np.arange(two_classes.height)
    return [prepare(recipe, two_classes, (rows[rows % 5 != i], rows[rows % 5 == i])) for i in range(5)]


@pytest.fixture(scope="module")
def goal(recipe, two_classes):
    return recipe.target.fit(two_classes)


@pytest.mark.parametrize(("needs", "done"), [(1.0, 5), (20.0, 3), (1000.0, 1)])
def test_folds_are_left_out_rather_than_cut_short(parts, goal, needs, done):
    clock = Clock()
    slow = Slow(clock, needs)
    trial = try_candidate(slow, parts, goal, Budget(100.0, clock))
    assert len(trial.fits) == len(trial.answers) == done
    assert trial.seconds == pytest.approx(sum(min(needs, given) for given in slow.given))
    final = 1.2 * 300 / 240 * trial.seconds / done
    assert 100 - clock.now >= final - 1e-9


def test_what_the_first_fold_compiled_is_not_reckoned_with_for_the_others(parts, goal):
    for again, done in ((None, 1), (1.0, 5)):
        clock = Clock()
        assert len(try_candidate(Slow(clock, 30.0, again=again), parts, goal, Budget(100.0, clock)).fits) == done


def test_without_time_one_fold_is_done_if_it_must(parts, goal):
    clock = Clock()
    assert not try_candidate(Slow(clock, 1.0), parts, goal, Budget(0.0, clock)).fits
    assert len(try_candidate(Slow(clock, 1.0), parts, goal, Budget(0.0, clock), must=True).fits) == 1


def test_hints_are_averaged(parts, goal):
    clock = Clock()
    assert try_candidate(Slow(clock, 1.0), parts, goal, Budget(100.0, clock)).hints == {"epochs": 3, "rate": 0.5}


def test_an_error_ends_the_trial(parts, goal):
    trial = try_candidate(Broken(), parts, goal, Budget(100.0))
    assert str(trial.error) == "no luck"
    assert not trial.fits
