import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.data import clip
from philtre.data.steps import Masked


def test_numbers_are_held_within_limits(fit):
    answer = fit(clip(0, 10), [])(Masked(jnp.float32([-5, 3, 11]), None)).column.values
    assert answer.tolist() == [0, 3, 10]
    assert answer.dtype == jnp.float32


def test_one_limit_is_enough(fit):
    assert fit(clip(high=2), [])(Masked(jnp.float32([-5, 3]), None)).column.values.tolist() == [-5, 2]


def test_limits_can_be_quantiles_of_the_fit(fit):
    values = np.arange(101.0)
    fitted = fit(clip(quantiles=(0.05, 0.9)), values.tolist())
    assert (fitted.low, fitted.high) == (5, 90)


def test_without_any_value_nothing_changes(fit):
    fitted = fit(clip(quantiles=(0.05, 0.9)), [None, None])
    assert fitted(Masked(jnp.float32([-5, 3]), None)).column.values.tolist() == [-5, 3]


def test_whole_numbers_take_broken_limits(fit):
    with jax.enable_x64(True):
        values = jnp.asarray(np.array([2**40, 0]))
        assert fit(clip(0.5), [])(Masked(values, None)).column.values.tolist() == [2**40, 0.5]


@pytest.mark.parametrize(
    "make",
    [
        clip,
        lambda: clip(2, 1),
        lambda: clip(float("nan")),
        lambda: clip(1, quantiles=(0.1, 0.9)),
        lambda: clip(quantiles=(0.9, 0.1)),
        lambda: clip(quantiles=(-0.1, 0.9)),
    ],
)
def test_limits_are_refused(make):
    with pytest.raises(ValueError, match="recipe step 'clip' expects"):
        make()
