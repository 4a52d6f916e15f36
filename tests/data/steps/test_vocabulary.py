import jax.numpy as jnp

from philtre.data.steps import Masked, Vocabulary
from philtre.data.steps.vocabulary import frequent


def test_codes_of_other_names_are_translated():
    column = Masked(jnp.int32([0, 1, 2, 3, 4]), None, ("b", "x", "a"))
    assert Vocabulary(("a", "b")).codes(column).tolist() == [1, 2, 0, 2, 3]


def test_own_codes_stay():
    codes = jnp.int32([1, 0, 2])
    assert Vocabulary(("a", "b")).codes(Masked(codes, None, ("a", "b"))) is codes
    assert Vocabulary(("a", "b")).codes(Masked(codes, None)) is codes


def test_frequent_values_are_in_order_and_the_most_frequent_is_one():
    counts = {"10": 4, "9": 4, "1": 2}
    assert frequent({"counts": counts, "rows": 10}, 0.3) == ("9", "10")
    assert frequent({"counts": counts, "rows": 10}, 0.9) == ("10",)
    assert frequent({"counts": {}, "rows": 0}, 0.9) == ()
