import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from philtre import plot

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.random(400) < 0.4
SCORES = np.clip(TRUTH * 0.3 + RANDOM.random(400) * 0.7, 0, 1)


def test_the_bins_of_reliability_hold_equally_many_rows():
    sure, right = plot.reliability_bins(TRUTH, SCORES, bins=10)
    theirs = calibration_curve(TRUTH, SCORES, n_bins=10, strategy="quantile")
    np.testing.assert_allclose(right, theirs[0], atol=0.03)
    np.testing.assert_allclose(sure, theirs[1], atol=0.03)


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.reliability(before=(TRUTH, SCORES), after=(TRUTH, SCORES**2)),
        lambda: plot.reliability(after=([True, True], [1.0, 1.0])),
    ],
)
def test_it_draws_whatever_the_answers(chart):
    made = chart()
    assert len(str(made.to_dict())) < 60_000
    assert plot.to_svg(made).startswith("<svg")
