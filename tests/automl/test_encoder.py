"""What a network sees: every value, bounded; of larger tables the numbers in bins as well."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from philtre.automl.encoder import Encoder, squash

RANDOM = np.random.default_rng(0)


def columns(rows):
    """A number and a truth value."""
    return np.stack([RANDOM.normal(size=rows), RANDOM.integers(0, 2, rows)], axis=1).astype(np.float32)


def test_a_small_table_is_seen_as_it_is():
    x = columns(300)
    encode = Encoder.fit(x, 64)
    assert encode.width == 2
    np.testing.assert_array_equal(encode(x), squash(x))


def test_numbers_of_a_larger_table_are_seen_in_bins_too():
    x = columns(2_000)
    encode = Encoder.fit(x, 64)
    encoded = np.asarray(encode(x))
    assert encode.numbers == (0,)
    assert encoded.shape == (2_000, encode.width) == (2_000, 2 + 20)
    np.testing.assert_array_equal(encoded[:, :2], squash(x))


def test_a_table_has_no_more_bins_than_are_wanted():
    assert Encoder.fit(columns(2_000), 10).width == 2 + 10


@given(st.floats(-1e4, 1e4, width=32))
def test_values_are_bounded_and_keep_their_order(value):
    squashed, next_one = (float(squash(np.float32(each))) for each in (value, value + 1))
    assert abs(squashed) <= min(3, abs(value)) + 1e-6
    assert squashed <= next_one + 1e-6
