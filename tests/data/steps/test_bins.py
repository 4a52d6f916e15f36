import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.preprocessing import KBinsDiscretizer

from philtre.data import bins
from philtre.data.steps import Masked

VALUES = np.random.default_rng(5).lognormal(size=300).astype(np.float32)


@pytest.mark.parametrize(("by", "strategy"), [("quantile", "quantile"), ("width", "uniform")])
def test_it_is_that_of_scikit_learn(fit, by: str, strategy: str):
    theirs = KBinsDiscretizer(7, encode="ordinal", strategy=strategy, quantile_method="linear").fit(VALUES[:, None])
    fitted = fit(bins(7, by), VALUES.tolist())
    np.testing.assert_allclose(fitted.edges, theirs.bin_edges_[0][1:-1], rtol=1e-6)
    asked = np.concatenate([VALUES, np.float32([-5, 1e9])])
    answer = fitted(Masked(jnp.asarray(asked), None)).column.values
    np.testing.assert_array_equal(answer, theirs.transform(asked[:, None])[:, 0])


def test_each_interval_can_have_a_feature(fit):
    fitted = fit(bins(2, "width", one_hot=True), [0.0, 4.0, None])
    assert fitted.suffixes == ("=..2", "=2..", "_missing")
    column = Masked(jnp.float32([1.9, 2, 0]), jnp.array([False, False, True]))
    assert fitted(column).features.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_where_many_values_are_equal_there_are_fewer_intervals(fit):
    assert fit(bins(4), [0.0] * 10 + [1.0, 2.0]).edges == ()
    assert fit(bins(4), [0.0, *[1.0] * 10, 2.0]).edges == (1.0,)


@pytest.mark.parametrize("make", [lambda: bins(1), lambda: bins(3, "size")])
def test_arguments_are_refused(make):
    with pytest.raises(ValueError, match="2 or more, by 'quantile' or 'width'"):
        make()
