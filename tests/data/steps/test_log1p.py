import jax.numpy as jnp
import numpy as np

from philtre.data import log1p
from philtre.data.steps import Masked

AMOUNTS = np.float32([0, 0.5, 10, 1e30, -10, 3.4e38, 1e-20])


def test_it_is_numpys_of_what_is_not_negative():
    answer = log1p()(Masked(jnp.asarray(AMOUNTS), None)).column.values
    np.testing.assert_allclose(answer[:4], np.log1p(AMOUNTS[:4]), rtol=1e-6)


def test_a_loss_is_as_far_from_zero_as_a_gain():
    answer = log1p()(Masked(jnp.asarray(AMOUNTS), None)).column.values
    assert answer[4] == -answer[2]


def test_and_back():
    answer = log1p()(Masked(jnp.asarray(AMOUNTS), None)).column.values
    np.testing.assert_allclose(log1p().inverse(answer), AMOUNTS, rtol=2e-5)
