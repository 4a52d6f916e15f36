"""Resizing means jax.image.resize's."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

X = np.random.default_rng(0).standard_normal((2, 7, 5, 3)).astype(np.float32)


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic"])
@pytest.mark.parametrize("shape", [(14, 10), (3, 9), (7, 2), (1, 1)], ids=str)
@pytest.mark.parametrize("antialias", [False, True])
def test_resize_is_jaxs(method, shape, antialias):
    ours = ops.resize(X, shape=shape, method=method, antialias=antialias)
    np.testing.assert_allclose(
        ours, jax.image.resize(X, (2, *shape, 3), method, antialias=antialias), rtol=1e-4, atol=1e-5
    )


def test_one_number_is_every_size_and_leading_axes_are_free():
    assert ops.resize(X, shape=4).shape == (2, 4, 4, 3)
    assert ops.resize(X[0, 0], shape=(8,)).shape == (8, 3)


def test_nearest_keeps_integers():
    x = jnp.int32([[2**30 + 1], [7]])
    assert ops.resize(x, shape=(4,), method="nearest")[:, 0].tolist() == [2**30 + 1] * 2 + [7] * 2


def test_what_does_not_fit_is_said():
    with pytest.raises(SignatureError, match="resize's method expects one of nearest, linear, cubic"):
        ops.resize(X, shape=(4, 4), method="lanczos")
    with pytest.raises(SignatureError, match="1 to 3 sizes of at least 1"):
        ops.resize(X, shape=(0, 4))
    (h,) = jax.export.symbolic_shape("h")
    with pytest.raises(SignatureError, match="sizes of space that are numbers"):
        jax.eval_shape(lambda x: ops.resize(x, shape=(4,)), jax.ShapeDtypeStruct((h, 3), jnp.float32))
