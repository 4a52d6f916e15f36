import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from philtre.data import scale
from philtre.data.steps import Masked


def scaled(fitted, values) -> np.ndarray:
    with jax.enable_x64(True):
        return np.asarray(fitted(Masked(jnp.asarray(values), None)).column.values)


def test_mean_zero_and_deviation_one(fit):
    answer = scaled(fit(scale("standard"), [1.0, 2.0, 6.0]), np.float32([1, 2, 6]))
    np.testing.assert_allclose(answer.mean(), 0, atol=1e-6)
    np.testing.assert_allclose(answer.std(), 1, rtol=1e-6)
    assert answer.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64])
def test_every_dtype_gives_the_same_float32(fit, dtype):
    answer = scaled(fit(scale(), [1, 2, 6]), np.array([1, 2, 6, 0], dtype))
    np.testing.assert_allclose(answer, [-0.9258201, -0.46291, 1.3887301, -1.3887301], rtol=1e-6)
    assert answer.dtype == np.float32


def test_the_fit_sees_the_same(fit):
    fitted = fit(scale(), [1.0, 2.0, 6.0])
    frame = pl.DataFrame({"x": [1.0, 2.0, 6.0, 9.0]})
    np.testing.assert_allclose(
        frame.select(fitted.expression(pl.col("x")))["x"].to_numpy(),
        scaled(fitted, np.float32([1, 2, 6, 9])),
        rtol=1e-6,
    )


def test_large_integers_lose_nothing(fit):
    """Neighbours near 2**62 are 512 apart as floats; their differences are still exact."""
    base = 2**62
    fitted = fit(scale(), pl.Series([base, base + 1, base + 2], dtype=pl.Int128))
    np.testing.assert_allclose(
        scaled(fitted, np.array([base, base + 1, base + 2])), [-1.2247449, 0, 1.2247449], rtol=1e-6
    )


def test_the_far_ends_of_int64_do_not_wrap(fit):
    fitted = fit(scale(), pl.Series([2**62, 2**62 + 2], dtype=pl.Int128))
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max])
    assert scaled(fitted, ends).tolist() == [-1e6, 1e6]


def test_far_outliers_are_held(fit):
    answer = scaled(fit(scale(), [0.0, 1.0]), np.float32([3e38, -3e38, 10]))
    assert answer.tolist() == [1e6, -1e6, 19]


def test_numbers_at_the_end_of_float32_are_scaled_too(fit):
    ends = [-3.4e38, 3.4e38]
    assert scaled(fit(scale(), ends), np.float32(ends)).tolist() == [-1, 1]


def test_a_constant_is_only_shifted(fit):
    assert scaled(fit(scale(), [3.0, 3.0]), np.float32([3, 4.5])).tolist() == [0, 1.5]


def test_without_any_value_nothing_changes(fit):
    assert scaled(fit(scale(), pl.Series([None], dtype=pl.Float64)), np.float32([3])).tolist() == [3]


METHODS = {"standard": StandardScaler, "min_max": MinMaxScaler, "robust": RobustScaler, "max_abs": MaxAbsScaler}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_that_of_scikit_learn_and_back(fit, method):
    values = np.random.default_rng(3).lognormal(size=200) - 1
    theirs = METHODS[method]().fit(values[:, None])
    asked = np.float32([-5, 0, 0.3, 70])
    fitted = fit(scale(method), values.tolist())
    answer = scaled(fitted, asked)
    np.testing.assert_allclose(answer, theirs.transform(asked[:, None])[:, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fitted.inverse(jnp.asarray(answer)), asked, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("method", ["standard", "min_max", "robust"])
def test_no_method_rounds_whole_numbers_first(fit, method):
    base = 2**52
    fitted = fit(scale(method), pl.Series([base, base + 1, base + 2], dtype=pl.Int128))
    answer = scaled(fitted, np.array([base, base + 1, base + 2]))
    np.testing.assert_allclose(np.diff(answer), [answer[1] - answer[0]] * 2, rtol=1e-6)
    assert answer[2] - answer[0] == pytest.approx(2 / fitted.width)


def test_where_the_quartiles_coincide_the_deviation_scales(fit):
    assert fit(scale("robust"), [0.0] * 9 + [10.0]).width == 3
