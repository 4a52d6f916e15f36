"""Fourier transforms of any number of axes, odd lengths and nothing."""

import jax
import jax.numpy as jnp
import pytest


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_transforms(agree, dtype, random):
    x = random.normal(size=(2, 6, 5)).astype(dtype)
    functions = {
        "forward": jnp.fft.fft,
        "back": lambda x: jnp.fft.ifftn(x, axes=(0, 1)),
        "real": jnp.fft.rfft2,
        "again": lambda x: jnp.fft.irfft(jnp.fft.rfft(x), 5),
        "longer": lambda x: jnp.fft.irfft(jnp.fft.rfft(x), 12),
        "planes": lambda x: jnp.fft.irfftn(jnp.fft.rfftn(x)),
        "none": lambda x: jnp.fft.fft(x[:0]),
        "slope": jax.grad(lambda x: (jnp.abs(jnp.fft.rfft(x)) ** 2).sum()),
    }
    agree(functions, x, tolerance=1e-4 if dtype == "float32" else 1e-11)
