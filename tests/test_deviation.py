"""How far arrays are apart: errors of three kinds, NaN and infinities, whole numbers beyond what a float holds."""

import numpy as np
import pytest

from philtre.deviation import allowed, deviation, distance

INF, NAN = np.inf, np.nan


def test_errors_in_units_of_the_last_place():
    one = np.float32(1)
    measured = deviation(np.array([np.nextafter(one, np.float32(2))]), np.array([one]))
    assert measured.ulp == 1
    assert measured.absolute == measured.relative == np.finfo(np.float32).eps


def test_the_worst_place_is_told_with_what_stands_there():
    measured = deviation(np.float64([[1, 2], [3, 7]]), np.float64([[1, 2], [3, 4]]))
    assert (measured.place, measured.got, measured.wanted) == ((1, 1), 7, 4)


@pytest.mark.parametrize(("got", "wanted", "expected"), [
    (NAN, NAN, 0), (INF, INF, 0), (-INF, INF, INF), (NAN, 1.0, INF), (1.0, NAN, INF), (INF, 3.0, INF), (0.0, -0.0, 0)
])  # fmt: skip
def test_nan_and_infinities_are_met_by_the_same_only(got, wanted, expected):
    assert distance(np.array([got]), np.array([wanted])) == expected


def test_whole_numbers_beyond_2_to_the_53_are_told_apart():
    assert distance(np.array([2**63 - 1]), np.array([2**63 - 2])) == 1
    assert allowed(np.array([2**63 - 2]), None) == 0


def test_text_is_equal_or_not():
    measured = deviation(np.array(["yes", "no"], object), np.array(["yes", "yes"], object))
    assert (measured.absolute, measured.place) == (INF, (1,))


def test_nothing_deviates_from_nothing():
    assert deviation(np.zeros((0, 3)), np.zeros((0, 3))).absolute == 0


def test_a_target_may_err_as_xla_does_times_eight():
    wanted, truth = np.float32([1, 1000]), np.float64([1, 1000.1])
    eps = float(np.finfo(np.float32).eps)
    np.testing.assert_allclose(allowed(wanted, truth), (8 * 0.1 / 1000 + 16 * eps) * 1000, rtol=1e-3)
    np.testing.assert_allclose(allowed(wanted, wanted.astype(np.float64)), 16 * eps * 1000)


def test_elementwise_errors_are_measured_at_the_scale_of_each_entry():
    wanted = np.float32([1e-6, 1e6])
    room = allowed(wanted, wanted.astype(np.float64), elementwise=True)
    assert room[1] / room[0] == pytest.approx(1e12)


def test_an_error_against_a_truth_of_the_same_width_has_a_bound():
    assert allowed(np.float64([1]), np.float64([2])) < 1e-11
