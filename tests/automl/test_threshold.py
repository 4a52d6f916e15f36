"""A threshold is taken where it helps, and left where it would fit noise."""

import numpy as np
import pytest

from philtre.automl.scores import METRICS
from philtre.automl.threshold import choose_threshold


def rare(n=4000, share=0.1):
    """Calibrated probabilities of a rare class, and truths drawn from them."""
    random = np.random.default_rng(0)
    probability = random.beta(0.5, 0.5 * (1 - share) / share, n)
    return (random.random(n) < probability).astype(int), probability


@pytest.mark.parametrize("name", ["f1", "balanced_accuracy"])
def test_a_rare_class_is_found_below_a_half(name):
    found = choose_threshold(*rare(), METRICS[name])
    assert 0.05 < found.value < 0.45
    assert found.gain > 0.02


def test_calibrated_probabilities_leave_accuracy_at_a_half():
    assert choose_threshold(*rare(), METRICS["accuracy"]) is None


def test_few_rows_seldom_choose_anything():
    chosen = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        probability = random.random(100)
        truth = (random.random(100) < probability).astype(int)
        chosen += choose_threshold(truth, probability, METRICS["accuracy"], seed=seed) is not None
    assert chosen <= 1


def test_a_class_that_is_there_once_cannot_be_judged():
    assert choose_threshold(np.array([0, 0, 0, 1]), np.linspace(0, 1, 4), METRICS["f1"]) is None
