import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from philtre import plot

RANDOM = np.random.default_rng(0)


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


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.confusion(["<a>", "b"], ["<a>", "<a>"]),
        lambda: plot.confusion([f"{i}" for i in range(30)], ["0"] * 30),
    ],
)
def test_it_draws_whatever_the_answers(chart):
    made = chart()
    assert len(str(made.to_dict())) < 60_000
    assert plot.to_svg(made).startswith("<svg")
