import numpy as np

from philtre.plot import group_numbers


def test_whole_numbers_have_bins_of_their_own():
    groups = group_numbers([0, 1, 1, 5])
    assert groups.labels == ("0", "1", "2", "3", "4", "5")
    assert groups.counts.tolist() == [1, 2, 0, 0, 0, 1]


def test_bins_have_round_edges():
    groups = group_numbers(np.linspace(0.3, 79.6, 500))
    assert groups.edges[:3].tolist() == [0, 5, 10]
    assert groups.labels[0] == "0 to 5"


def test_far_tails_do_not_stretch_the_bins():
    values = np.append(np.random.default_rng(0).normal(size=1000), [-1e9, 1e9, 1e9])
    groups = group_numbers(values)
    assert groups.beyond == (1, 2)
    assert groups.edges[-1] < 10
    assert groups.counts.sum() == 1003


def test_moments_are_labelled_by_day():
    day = 86_400_000.0
    groups = group_numbers(np.arange(20) * 30 * day, time=True)
    assert groups.labels[0].startswith("1970-01-01 to ")
