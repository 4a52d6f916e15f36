"""A plan is about so many steps; its rates rise and fall; pace shortens it when time runs out."""

import itertools
import time

import numpy as np
import pytest

from philtre.automl.plan import EPOCHS, STEPS, Pace, Plan


@pytest.mark.parametrize("rows", [1, 10, 100, 5_000, 1_000_000])
def test_batches_are_powers_of_two_that_the_rows_fill(rows):
    plan = Plan.of(rows, 1_000, 0.01)
    assert 1 <= plan.batch_size <= min(rows, 256)
    assert plan.batch_size & (plan.batch_size - 1) == 0
    assert EPOCHS[0] <= plan.epochs <= EPOCHS[1]


def test_folds_and_all_rows_share_the_batches():
    assert Plan.of(13_000, 1_000, 0.01).batch_size == Plan.of(16_500, 1_000, 0.01).batch_size


def test_rates_rise_then_fall_to_nothing():
    plan = Plan.of(16_000, 1_000, 0.01)
    points = np.linspace(0, 1, plan.epochs + 1)
    rates = np.concatenate([plan.rates(a, b).ravel() for a, b in itertools.pairwise(points)])
    assert len(rates) == plan.epochs * plan.dispatches * STEPS
    top = rates.argmax()
    assert 0 < top < len(rates) / 10
    assert rates.max() == pytest.approx(0.01, rel=0.05)
    assert (np.diff(rates[top:]) <= 0).all()
    assert rates[-1] < 1e-6


def test_without_a_deadline_the_pace_is_the_plan():
    plan = Plan.of(16_000, 1_000, 0.01)
    assert Pace(plan, None).width(0.5) == 1 / plan.epochs


def test_near_the_deadline_the_rest_of_the_schedule_fits_what_is_left():
    plan = Plan.of(16_000, 1_000, 0.01)
    pace = Pace(plan, time.monotonic() + 100)
    now = time.monotonic()
    pace.began = [now - 80, now - 40]
    # the last epoch took 40 seconds, so two more fit in 100
    assert pace.width(0.4) == pytest.approx(0.3)
    late = Pace(plan, now - 1)
    late.began = [now - 80, now - 40]
    assert late.width(0.4) == pytest.approx(0.6)
