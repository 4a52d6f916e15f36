"""Intervals hold the share of rows that they promise, whatever the errors look like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.automl.interval import check_level, conformal_quantile, fit_interval
from philtre.errors import DataError


def covered(interval, truth, predictions):
    width = np.array(interval.widths)[np.searchsorted(interval.edges, predictions)]
    return np.mean(np.abs(truth - predictions) <= width)


@pytest.mark.parametrize("level", [0.5, 0.9])
@pytest.mark.parametrize("n", [200, 5000])
def test_new_rows_are_covered_as_promised(n, level):
    random = np.random.default_rng(0)
    predictions = random.lognormal(size=2 * n)
    truth = predictions * (1 + 0.3 * random.standard_t(3, 2 * n))
    interval = fit_interval(truth[:n], predictions[:n], level)
    assert covered(interval, truth[n:], predictions[n:]) == pytest.approx(level, abs=3 * np.sqrt(0.5 / n))


def test_larger_predictions_may_be_less_certain_where_rows_suffice():
    random = np.random.default_rng(0)
    predictions = random.lognormal(size=5000)
    interval = fit_interval(predictions * (1 + 0.1 * random.normal(size=5000)), predictions, 0.9)
    assert len(interval.widths) == 5
    assert list(interval.widths) == sorted(interval.widths)
    assert len(fit_interval(predictions[:500] + 1, predictions[:500], 0.9).widths) == 1


def test_predictions_that_are_all_the_same_have_one_width():
    assert len(fit_interval(np.arange(2000.0), np.zeros(2000), 0.9).widths) == 1


@given(st.lists(st.floats(0, 1e6), min_size=9, max_size=200))
def test_the_quantile_is_one_of_the_errors_and_holds_enough_of_them(errors):
    found = conformal_quantile(np.array(errors), 0.9)
    assert found in errors
    assert np.mean(np.array(errors) <= found) >= 0.9


@pytest.mark.parametrize(("level", "said"), [(0.0, "between 0 and 1"), (90, "such as 0.9"), (0.99, "at least 99 rows")])
def test_a_level_that_cannot_be_promised_is_refused(level, said):
    with pytest.raises(DataError, match=said):
        check_level(level, 50)
    check_level(0.9, 50)
    check_level(None, 0)
