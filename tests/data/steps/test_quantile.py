import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.preprocessing import QuantileTransformer

from philtre.data import quantile
from philtre.data.steps import Masked

DRAW = np.random.default_rng(5)
SAMPLES = {
    "lognormal": DRAW.lognormal(size=500),
    "wide": DRAW.normal(size=500) * 10.0 ** DRAW.integers(-10, 30, size=500),
    "half of them zero": np.maximum(DRAW.normal(size=500), 0),
    "counts": DRAW.poisson(2, size=500),
    "few": np.array([1.0, 2.0, 5.0]),
    "constant": np.full(5, 3.0),
}


def ranks(fitted, values) -> np.ndarray:
    return np.asarray(fitted(Masked(jnp.asarray(values), None)).column.values)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("output", ["uniform", "normal"])
def test_it_is_that_of_scikit_learn(fit, name: str, output: str):
    values = SAMPLES[name].astype(np.float32)
    theirs = QuantileTransformer(n_quantiles=101, output_distribution=output)
    theirs.n_quantiles_, theirs.references_ = 101, np.linspace(0, 1, 101)
    theirs.quantiles_ = np.quantile(values.astype(float), theirs.references_)[:, None]
    asked = np.concatenate([values, np.float32([-1e5, 0, 1e5])])
    expected = theirs.transform(asked[:, None].astype(float))[:, 0]
    answer = ranks(fit(quantile(output), values.astype(float).tolist()), asked)
    np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("output", ["uniform", "normal"])
def test_ranks_lead_back(fit, output: str):
    values = np.sort(SAMPLES["lognormal"]).astype(np.float32)
    fitted = fit(quantile(output), values.tolist())
    np.testing.assert_allclose(fitted.inverse(jnp.asarray(ranks(fitted, values))), values, rtol=1e-3)


def test_numbers_at_the_end_of_float32_have_ranks(fit):
    ends = [-3.4e38, 0.0, 3.4e38]
    assert ranks(fit(quantile(intervals=2), ends), np.float32([*ends, 1.7e38])).tolist() == [0, 0.5, 1, 0.75]


@pytest.mark.parametrize("make", [lambda: quantile("gauss"), lambda: quantile(intervals=0)])
def test_arguments_are_refused(make):
    with pytest.raises(ValueError, match="'uniform' or 'normal', intervals >= 1"):
        make()
