"""What ONNX lacks is refused by name, with the reason and the user's line."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import UnsupportedError

X = np.eye(3, dtype=np.float32)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (jnp.linalg.cholesky, r"cholesky \(ONNX has no matrix decomposition, only Det\)"),
        (lambda x: jnp.linalg.svd(x)[1], r"svd \(ONNX has no matrix decomposition"),
        (lambda x: jnp.abs(jnp.fft.fft(x)), r"fft \(onnxruntime has no kernel for complex numbers\)"),
        (lambda x: jax.pure_callback(np.sin, x, x), r"pure_callback \(an ONNX file cannot call Python\)"),
    ],
)
def test_reasons(convert, function, reason):
    with pytest.raises(UnsupportedError, match=reason) as refused:
        convert(lambda x: function(x), X, free=False)
    assert "test_refused.py" in str(refused.value)
