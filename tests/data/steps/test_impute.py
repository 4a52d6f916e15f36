import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from sklearn.impute import SimpleImputer

from philtre.data import Column, Recipe, Target, impute, one_hot
from philtre.data.steps import Masked


def test_the_median_fills(fit):
    fitted = fit(impute("median"), [1.0, None, 3.0, 100.0])
    values = jnp.float32([1, jnp.nan, 3])
    column, features = fitted(Masked(values, jnp.isnan(values)))
    assert column.values.tolist() == [1, 3, 3]
    assert column.missing is None
    assert features is None
    assert fitted.suffixes == ()


def test_the_fit_sees_the_same(fit):
    fitted = fit(impute("median"), [1.0, None, 3.0, 100.0])
    frame = pl.DataFrame({"x": [None, 7.0]})
    assert frame.select(fitted.expression(pl.col("x")))["x"].to_list() == [3, 7]


def test_an_indicator_tells_where(fit):
    fitted = fit(impute(indicator=True), [1.0, None])
    _, features = fitted(Masked(jnp.float32([5, 0]), jnp.array([False, True])))
    assert features.tolist() == [[0], [1]]
    assert features.dtype == jnp.float32
    assert fitted.suffixes == ("_missing",)


def test_there_is_no_indicator_where_the_fit_saw_no_missing_value(fit):
    fitted = fit(impute(indicator=True), [1.0, 2.0])
    _, features = fitted(Masked(jnp.float32([5, 0]), jnp.array([False, True])))
    assert features is None
    assert fitted.suffixes == ()


def test_whole_numbers_stay_whole(fit):
    fitted = fit(impute(), [2**60, None, 2**60 + 1])
    with jax.enable_x64(True):
        values = jnp.asarray(np.array([2**60 + 5, 0]))
        column, _ = fitted(Masked(values, jnp.array([False, True])))
    assert column.values.tolist() == [2**60 + 5, 2**60]


def test_without_any_value_the_median_is_zero(fit):
    assert fit(impute(), [None, None]).value == 0


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_the_value_is_that_of_scikit_learn(fit, strategy):
    values = [1.5, None, -3.0, 1.5, 100.0, -3.0]
    theirs = SimpleImputer(strategy=strategy).fit(np.array(values, float)[:, None])
    assert fit(impute(strategy), values).value == theirs.statistics_[0]


def test_the_smallest_of_the_most_frequent_fills(fit):
    assert fit(impute("most_frequent"), ["b", "a", "b", "a", "c"]).value == "a"
    assert fit(impute("most_frequent"), [True, False, None]).value is False


def test_a_category_is_filled_by_name(people: pl.DataFrame):
    frame = people.with_columns(city=pl.when(pl.col("children") > 2).then("city"))
    fill, ordinary = impute("constant", value="nowhere", indicator=True), one_hot()
    prepared = Recipe(
        {"city": Column("category", fill, ordinary, missing=True)}, Target("bought", "classification")
    ).fit(frame)
    assert prepared.names == ("city_missing", "city=Lima", "city=Oslo", "city=Rome", "city=nowhere")
    answers = prepared(pl.DataFrame({"city": [None, "Oslo", "new"]}))
    assert answers.tolist() == [[1, 0, 0, 0, 1], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("constant",), "value= with 'constant', and only there, got value=None"),
        (("median", 1.0), "got value=1.0"),
        (("constant", float("nan")), "got value=nan"),
        (("constant", ""), "got value=''"),
    ],
)
def test_a_value_comes_with_constant_only(arguments, message):
    with pytest.raises(ValueError, match=message):
        impute(arguments[0], value=arguments[1] if len(arguments) > 1 else None)
