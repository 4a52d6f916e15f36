import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre.data import impute
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
