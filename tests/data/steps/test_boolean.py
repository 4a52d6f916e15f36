import jax.numpy as jnp
import polars as pl

from philtre.data import boolean
from philtre.data.steps import Masked

TRUE_FALSE_MISSING = Masked(jnp.array([True, False, False]), jnp.array([False, False, True]))


def test_true_is_one_and_all_else_zero(fit):
    column, features = fit(boolean(), [True, False])(TRUE_FALSE_MISSING)
    assert column.values.tolist() == [1, 0, 0]
    assert column.values.dtype == jnp.float32
    assert features is None


def test_an_indicator_tells_where_values_were_missing(fit):
    fitted = fit(boolean(indicator=True), [True, None])
    assert fitted.suffixes == ("_missing",)
    assert fitted(TRUE_FALSE_MISSING).features.tolist() == [[0], [0], [1]]


def test_there_is_no_indicator_where_the_fit_saw_no_missing_value(fit):
    fitted = fit(boolean(indicator=True), [True, False])
    assert fitted.suffixes == ()
    assert fitted(TRUE_FALSE_MISSING).features is None


def test_the_fit_sees_the_same(fit):
    frame = pl.DataFrame({"x": [True, False, None]})
    expression = fit(boolean(), [True, None]).expression(pl.col("x"))
    assert frame.select(expression)["x"].to_list() == [1, 0, 0]
