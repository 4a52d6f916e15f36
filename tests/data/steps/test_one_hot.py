import jax.numpy as jnp
import pytest

from philtre.data import one_hot
from philtre.data.steps import Masked


def rows(fitted, codes: list[int]) -> list[list[float]]:
    features = fitted(Masked(jnp.int32(codes), None)).features
    assert features.dtype == jnp.float32
    assert features.shape == (len(codes), len(fitted.suffixes))
    return features.tolist()


def test_each_value_has_a_feature(fit):
    fitted = fit(one_hot(), ["b", "a", "b"])
    assert fitted.suffixes == ("=a", "=b")
    assert rows(fitted, [0, 1]) == [[1, 0], [0, 1]]


def test_where_the_fit_saw_neither_rare_nor_missing_values_they_give_zeros(fit):
    unknown, missing = 2, 3
    assert rows(fit(one_hot(), ["b", "a"]), [unknown, missing]) == [[0, 0], [0, 0]]


def test_rare_values_share_a_feature_with_unknown_ones(fit):
    fitted = fit(one_hot(rare=0.3), ["a", "a", "a", "b", "c"])
    assert fitted.values == ("a",)
    assert fitted.suffixes == ("=a", "_rare")
    assert rows(fitted, [0, 1, 2]) == [[1, 0], [0, 1], [0, 0]]


def test_missing_values_have_a_feature(fit):
    fitted = fit(one_hot(rare=0.3), ["a", "a", "b", None])
    assert fitted.suffixes == ("=a", "_rare", "_missing")
    assert rows(fitted, [0, 1, 2]) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_the_share_is_of_all_rows(fit):
    assert fit(one_hot(rare=0.5), ["a", "a", "b", "b", None]).values == ("a",)
    assert fit(one_hot(rare=0.4), ["a", "a", "b", "b", None]).values == ("a", "b")


def test_the_most_frequent_value_is_never_rare(fit):
    assert fit(one_hot(rare=0.9), ["b", "c", "b", "c", "a"]).values == ("b",)


def test_whole_numbers_stand_in_order(fit):
    assert fit(one_hot(), ["10", "9", "-1"]).values == ("-1", "9", "10")


def test_without_any_value_only_missing_ones_are_known(fit):
    fitted = fit(one_hot(), [None, None])
    assert fitted.suffixes == ("_missing",)


@pytest.mark.parametrize("rare", [-0.1, 1.0, 2])
def test_rare_is_a_share(rare: float):
    with pytest.raises(ValueError, match="a share 0 <= rare < 1"):
        one_hot(rare=rare)
