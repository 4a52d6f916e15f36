import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.preprocessing import PowerTransformer

from philtre.data import yeo_johnson
from philtre.data.steps import Masked
from philtre.data.steps.power import Power

DRAW = np.random.default_rng(5)
SAMPLES = {
    "normal": DRAW.normal(size=400),
    "shifted": DRAW.normal(20, 3, size=400),
    "lognormal": DRAW.lognormal(size=400),
    "wide": DRAW.lognormal(5, 3, size=400),
    "negative": -DRAW.lognormal(size=400),
    "mixed": DRAW.exponential(5, size=400) - 3,
    "counts": DRAW.poisson(2, size=400),
    "uniform": DRAW.uniform(size=400),
    "few": np.array([1.0, 2.0, 5.0, 30.0]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_power_is_that_of_scikit_learn(fit, name: str):
    values = SAMPLES[name].astype(float)
    theirs = PowerTransformer(standardize=False).fit(values[:, None])
    fitted = fit(yeo_johnson(), values.tolist())
    assert fitted.power == pytest.approx(theirs.lambdas_[0], abs=2e-3)


@pytest.mark.parametrize("power", [-3.0, -0.5, 0.0, 0.3, 1.0, 2.0, 2.7, 5.0])
def test_the_function_is_that_of_scikit_learn_and_back(power: float):
    values = np.float32([-3, -0.5, -1e-4, 0, 1e-4, 0.5, 2])
    theirs = PowerTransformer(standardize=False).fit(values[:, None])
    theirs.lambdas_ = np.array([power])
    answer = Power(power)(Masked(jnp.asarray(values), None)).column.values
    np.testing.assert_allclose(answer, theirs.transform(values[:, None].astype(float))[:, 0], rtol=1e-5)
    np.testing.assert_allclose(Power(power).inverse(answer), values, rtol=1e-4)


@pytest.mark.parametrize("values", [[], [None], [3.0], [3.0, 3.0, None]])
def test_without_values_that_differ_nothing_changes(fit, values):
    assert fit(yeo_johnson(), values).power == 1


def test_numbers_at_the_end_of_float32_have_a_power(fit):
    assert -4 <= fit(yeo_johnson(), [3.4e38, 3.3e38, -3.4e38, 1e-30, 1e30]).power <= 6
    assert -4 <= fit(yeo_johnson(), [1e-30, 2e-30, 5e-30]).power <= 6
