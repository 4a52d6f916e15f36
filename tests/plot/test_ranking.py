import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from philtre import plot

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.random(400) < 0.4
SCORES = np.clip(TRUTH * 0.3 + RANDOM.random(400) * 0.7, 0, 1)


def test_the_area_under_the_curve_is_that_of_scikit_learn():
    area = roc_auc_score(TRUTH, np.round(SCORES, 1))
    assert plot.roc(TRUTH, np.round(SCORES, 1)).to_dict()["description"] == f"ROC curve, area {plot.number(area)}"


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.roc(TRUTH, SCORES),
        lambda: plot.roc([True, True], [0.1, 0.2]),
        lambda: plot.precision_recall(TRUTH, SCORES),
        lambda: plot.precision_recall([False], [0.5]),
    ],
)
def test_it_draws_whatever_the_answers(chart):
    made = chart()
    assert len(str(made.to_dict())) < 60_000
    assert plot.to_svg(made).startswith("<svg")
