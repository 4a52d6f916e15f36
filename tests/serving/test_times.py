"""The shortest recent time counts, so that an interrupted run does not mislead."""

import math

import pytest

from philtre.serving.times import RunTimes


def test_an_outlier_does_not_count_but_a_change_does():
    times = RunTimes()
    times.note(1, 0.001)
    times.note(1, 1.0)
    assert times.expected(1) < 0.0011
    for _ in range(200):
        times.note(1, 1.0)
    assert times.expected(1) == 1.0


def test_sizes_are_told_apart_by_magnitude():
    times = RunTimes()
    times.note(1, 0.1)
    times.note(32, 0.5)
    assert (times.expected(1), times.expected(40)) == (0.1, 0.5)


def test_what_never_ran_is_judged_with_caution():
    times = RunTimes()
    assert times.expected(5) == math.inf
    times.note(8, 0.1)
    assert times.expected(9) == 0.1
    assert times.expected(32) == pytest.approx(0.4)
    assert times.expected(1) == 0.1
