"""GELU in its two forms."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops


@pytest.mark.parametrize("approximate", [False, True])
def test_both_forms_are_those_of_jax(approximate):
    x = jnp.linspace(-6, 6, 50, dtype=jnp.float32)
    plain = jax.nn.gelu(x, approximate=approximate)
    np.testing.assert_allclose(ops.gelu(x, approximate=approximate), plain, rtol=1e-5, atol=1e-6)


def test_the_exact_form_is_the_default():
    assert abs(float(ops.gelu(jnp.float32(1))) - 0.8413447) < 1e-6
