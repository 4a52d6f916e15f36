"""The temperature finds back how certain a model may be; the calibration error sees what it repairs."""

import numpy as np
import pytest

from philtre.automl.calibration import calibration_error, fit_temperature, softmax


def drawn(scores):
    """Classes drawn with the probabilities that scores give."""
    random = np.random.default_rng(0)
    return (softmax(scores).cumsum(axis=1) > random.random((len(scores), 1))).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_back(temperature):
    scores = np.random.default_rng(1).normal(0, 2, (20_000, 3))
    truth = drawn(scores)
    assert fit_temperature(scores * temperature, truth) == pytest.approx(temperature, rel=0.05)


def test_an_overconfident_model_is_calibrated():
    scores = np.random.default_rng(1).normal(0, 2, (20_000, 2))
    truth, sure = drawn(scores), 3 * scores
    assert calibration_error(truth, softmax(sure)) > 0.1
    assert calibration_error(truth, softmax(sure, fit_temperature(sure, truth))) < 0.015


def test_a_model_without_a_mistake_is_not_called_certain():
    scores = np.array([[4.0, 0.0], [0.0, 4.0]] * 10)
    truth = np.array([0, 1] * 10)
    assert softmax(scores, fit_temperature(scores, truth)).max() < 0.99


def test_bins_have_the_same_number_of_rows():
    truth = np.array([1, 1, 0, 0])
    probabilities = np.array([[0.1, 0.9], [0.1, 0.9], [0.4, 0.6], [0.4, 0.6]])
    assert calibration_error(truth, probabilities, bins=2) == pytest.approx((0.1 + 0.6) / 2)


def test_scores_may_be_large():
    assert softmax(np.array([[1e4, 0.0]])).tolist() == [[1.0, 0.0]]
