"""Figures in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.describe.words import short


def test_a_number_may_have_a_unit():
    assert [short(n, "B") for n in (0, 512, 1234, 999_600)] == ["0 B", "512 B", "1.23 kB", "1.00 MB"]


@given(st.integers(0, 10**14))
def test_short_numbers_are_right_to_three_digits(number):
    digits, _, letter = short(number).partition(" ")
    value = float(digits) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[letter]
    assert value == pytest.approx(number, rel=5.1e-3)
    assert len(digits.replace(".", "")) == 3 or number < 1000 or number >= 999.5e12
