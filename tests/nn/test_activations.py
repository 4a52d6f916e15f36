"""Each activation equals the reference, keeps its dtype, has a finite gradient, and is the same on every target."""

import jax
import numpy as np
import pytest

import philtre as ph
from philtre import nn

X = np.array([[-30, -2, -0.5, 0.5, 2, 30]], np.float32)
REFERENCES = {
    nn.identity: lambda x: x,
    nn.relu: jax.nn.relu,
    nn.leaky_relu: jax.nn.leaky_relu,
    nn.elu: jax.nn.elu,
    nn.sigmoid: jax.nn.sigmoid,
    nn.tanh: np.tanh,
    nn.silu: jax.nn.silu,
    nn.gelu: lambda x: jax.nn.gelu(x, approximate=False),
    nn.softplus: jax.nn.softplus,
    nn.softmax: jax.nn.softmax,
}
ALL = pytest.mark.parametrize("activation", REFERENCES, ids=lambda activation: activation.__name__)


@ALL
def test_it_is_the_reference_on_every_target(activation, target):
    run = ph.Program(activation, inputs={"x": ph.Tensor((None, 6))}).compile(target)
    np.testing.assert_allclose(run(X), REFERENCES[activation](X), rtol=2e-5, atol=1e-6)


@ALL
def test_it_keeps_float32_and_has_a_finite_gradient(activation):
    for x64 in (False, True):
        with jax.enable_x64(x64):
            assert activation(X).dtype == np.float32
            assert np.isfinite(jax.grad(lambda x: activation(x).sum())(X)).all()
