"""Fourier transforms of every kind, in one and several dimensions."""

import jax.numpy as jnp
import numpy as np

X = np.random.default_rng(0).normal(size=(3, 4, 6)).astype(np.float32)


def test_transforms(agree):
    agree(
        {
            "fft": jnp.fft.fft,
            "ifft": lambda x: jnp.fft.ifft(x + 1j * x),
            "rfft": jnp.fft.rfft,
            "irfft": lambda x: jnp.fft.irfft(jnp.fft.rfft(x)),
            "odd": lambda x: jnp.fft.irfft(jnp.fft.rfft(x), n=5),
            "two": jnp.fft.fft2,
            "all": lambda x: jnp.fft.rfftn(x, axes=(1, 2)),
            "real": lambda x: jnp.fft.fftshift(jnp.abs(jnp.fft.fft(x, axis=1))),
        },
        X,
        tolerance=1e-5,
    )
    agree(jnp.fft.fft, X.astype(np.float64), tolerance=1e-12)
