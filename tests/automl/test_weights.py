import numpy as np
import pytest

from philtre.automl.weights import check_weight, sample_weights
from philtre.errors import DataError


def test_rows_count_as_their_class_says():
    labels = np.array([0, 0, 1])
    weights = sample_weights(labels, ("no", "yes"), {"yes": 4})
    np.testing.assert_allclose(weights, [0.5, 0.5, 2.0])
    assert weights.dtype == np.float32
    assert sample_weights(labels, ("no", "yes"), None) is None


def test_labels_may_be_numbers():
    np.testing.assert_allclose(sample_weights(np.array([0, 1]), ("0", "1"), {1: 3}), [0.5, 1.5])


@pytest.mark.parametrize(
    ("weight", "names", "said"),
    [
        ({"ja": 2.0}, ("no", "yes"), "one of the classes"),
        ({"Yes": 2.0}, ("no", "yes"), "is 'yes' meant"),
        ({"yes": 0.0}, ("no", "yes"), "above 0"),
        ({"yes": 1.0}, (), "a classification"),
        ("even", ("no", "yes"), "'balanced'"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weight, names, said):
    with pytest.raises(DataError, match=said):
        check_weight(weight, names)
