import numpy as np
import pytest

from philtre.automl.evidence import errors
from philtre.automl.result import OutOfFold


def test_the_table_of_a_confusion_matrix_says_how_many_of_a_class_are_found():
    truth, answers = np.array(list("aabb"), object), np.array(list("abbb"), object)
    found = OutOfFold(
        np.arange(4), np.zeros(4), ("a", "b"), truth, answers, np.eye(2)[[0, 1, 1, 1]], np.eye(2)[[0, 1, 1, 1]]
    )
    shown = errors(found, "y")
    assert '<td>a</td><td class="n">1</td><td class="n">1</td><td class="n">50 %</td>' in shown
    assert '<td>b</td><td class="n">0</td><td class="n">2</td><td class="n">100 %</td>' in shown
    assert shown.count("<figure>") == 3


@pytest.mark.parametrize("distance", [0.0, 2.5])
def test_half_of_the_predictions_are_as_near_as_the_median_error(distance):
    truth = np.linspace(0, 100, 50)
    shown = errors(OutOfFold(np.arange(50), np.zeros(50), (), truth, truth + distance), "price")
    assert f"Half of the predictions are within {distance:g} of the truth" in shown
