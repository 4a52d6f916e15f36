import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, roc_auc_score

from philtre import plot

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.random(400) < 0.4
SCORES = np.clip(TRUTH * 0.3 + RANDOM.random(400) * 0.7, 0, 1)


def test_confusion_counts_are_those_of_scikit_learn():
    true, said = RANDOM.choice(list("abc"), 90), RANDOM.choice(list("abc"), 90)
    names, counts = plot.confusion_counts(true, said)
    assert names == ["a", "b", "c"]
    np.testing.assert_array_equal(counts, confusion_matrix(true, said))


def test_rare_classes_are_joined_in_a_confusion_matrix():
    true = [f"class {i}" for i in range(40) for _ in range(40 - i)]
    names, counts = plot.confusion_counts(true, true)
    assert len(names) == 10
    assert names[-1] == "31 others"
    assert counts.sum() == np.trace(counts) == len(true)


def test_the_bins_of_reliability_hold_equally_many_rows():
    sure, right = plot.reliability_bins(TRUTH, SCORES, bins=10)
    theirs = calibration_curve(TRUTH, SCORES, n_bins=10, strategy="quantile")
    np.testing.assert_allclose(right, theirs[0], atol=0.03)
    np.testing.assert_allclose(sure, theirs[1], atol=0.03)


def test_the_area_under_the_curve_is_that_of_scikit_learn():
    area = roc_auc_score(TRUTH, np.round(SCORES, 1))
    assert plot.roc(TRUTH, np.round(SCORES, 1)).to_dict()["description"] == f"ROC curve, area {plot.number(area)}"


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.confusion(["<a>", "b"], ["<a>", "<a>"]),
        lambda: plot.confusion([f"{i}" for i in range(30)], ["0"] * 30),
        lambda: plot.predicted(SCORES * 1e6, SCORES * 9e5, name="price"),
        lambda: plot.predicted([1.0, 1.0], [1.0, 1.0]),
        lambda: plot.residuals(SCORES, SCORES[::-1]),
        lambda: plot.residuals([1.0], [1.0]),
        lambda: plot.reliability(before=(TRUTH, SCORES), after=(TRUTH, SCORES**2)),
        lambda: plot.reliability(after=([True, True], [1.0, 1.0])),
        lambda: plot.roc(TRUTH, SCORES),
        lambda: plot.roc([True, True], [0.1, 0.2]),
        lambda: plot.precision_recall(TRUTH, SCORES),
        lambda: plot.precision_recall([False], [0.5]),
    ],
)
def test_a_chart_draws_whatever_the_answers(chart):
    made = chart()
    assert len(str(made.to_dict())) < 60_000
    assert plot.to_svg(made).startswith("<svg")


def test_many_rows_make_no_larger_picture():
    small, large = (plot.to_svg(plot.predicted(x, x**2)) for x in (np.linspace(0, 1, 2000), np.linspace(0, 1, 200_000)))
    assert len(large) < 1.5 * len(small)
