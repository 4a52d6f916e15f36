"""Profiles describe a column in the terms that drift monitoring compares."""

import msgspec
import numpy as np

from philtre.fields import MISSING_TIME, Boolean, Category, Hashed, Number, Tensor, Text, Timestamp
from philtre.profile import MOST_FREQUENT, Profile, profile


def test_numbers_have_a_range_a_mean_and_quantiles():
    found = profile(Number(missing=True), np.array([*range(101), np.nan, np.inf], np.float32))
    assert (found.count, found.missing, found.minimum, found.maximum, found.mean) == (103, 1, 0.0, 100.0, 50.0)
    np.testing.assert_allclose(found.quantiles, np.arange(0, 101, 5))


def test_names_have_frequencies():
    found = profile(Category(("a", "b"), missing=True), np.array(["b", "a", "b", ""], object))
    assert (found.count, found.missing, found.frequencies) == (4, 1, {"b": 2, "a": 1})
    many = profile(Category((), unknown=True), np.array([str(i) for i in range(150)], object))
    assert (len(many.frequencies), many.other) == (MOST_FREQUENT, 150 - MOST_FREQUENT)


def test_booleans_and_timestamps():
    assert profile(Boolean(missing=True), np.array([1, 0, 1, -1], np.int8)).frequencies == {"true": 2, "false": 1}
    found = profile(Timestamp(missing=True), np.array([0, 10, MISSING_TIME]))
    assert (found.missing, found.maximum) == (1, 10.0)


def test_texts_have_the_frequencies_of_their_words_and_hashed_names_of_their_buckets():
    text = Text(("love", "potion"), length=4, missing=True)
    found = profile(text, text.encode(["potion of potions", "love potion", None, "?"], "x"))
    assert (found.count, found.missing, found.frequencies) == (4, 1, {"potion": 2, "love": 1})
    buckets = profile(Hashed(8, missing=True), np.array([3, -1, 3, 0]))
    assert (buckets.count, buckets.missing, buckets.frequencies) == (4, 1, {"3": 2, "0": 1})


def test_named_entries_have_a_profile_each():
    found = profile(Tensor((None, 2), names=("no", "yes")), np.float32([[0.25, 0.75], [0.75, 0.25]]))
    assert found.entries["yes"].mean == 0.5


def test_an_empty_or_missing_column_has_a_profile_too():
    assert profile(Number(), np.empty(0, np.float32)) == Profile(count=0)
    assert profile(Number(missing=True), np.float32([np.nan])) == Profile(count=1, missing=1)


def test_a_profile_survives_json():
    found = profile(Number(), np.float32([1, 2]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Profile) == found
