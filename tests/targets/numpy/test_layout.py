"""Entries move, nothing is computed: every dtype, sizes of zero, negative padding."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import lax

from philtre.targets.numpy.layout import pad

X = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "bfloat16", "complex64"])
def test_shapes_change(agree, dtype):
    functions = {
        "reshape": lambda x: x.reshape(2, -1),
        "turned": lambda x: lax.reshape(x, (6, 2), dimensions=(1, 0)),
        "transpose": lambda x: x.T,
        "broadcast": lambda x: lax.broadcast_in_dim(x, (2, 3, 5, 4), (1, 3)),
        "squeeze": lambda x: x[:1].squeeze(0),
        "reverse": lambda x: x[::-1, ::-1],
        "slice": lambda x: lax.slice(x, (0, 1), (3, 4), (2, 2)),
        "join": lambda x: jnp.concatenate([x, x[:1], x[:0]]),
        "stack": lambda x: jnp.stack([x, x], 1),
        "unstack": lambda x: jnp.unstack(x, axis=1)[2],
        "split": lambda x: jnp.split(x, [1, 3], axis=1)[1],
        "tile": lambda x: jnp.tile(x, (2, 1, 2)),
        "nothing": lambda x: x[3:].reshape(4, 0, 2),
        "padded": lambda x: jnp.pad(x, ((1, 0), (0, 2))),
        "eye": lambda x: jnp.eye(3, dtype=x.dtype),
        "counted": lambda x: lax.broadcasted_iota(x.real.dtype if x.dtype.kind != "b" else "int32", (2, 3), 1),
    }
    agree(functions, X.astype(jnp.dtype(dtype)), x64=True)


@given(st.data())
def test_padding_is_that_of_xla(data):
    size = data.draw(st.integers(0, 4))
    gap, low, high = data.draw(st.tuples(st.integers(0, 3), st.integers(-4, 4), st.integers(-4, 4)))
    x = np.arange(1, size + 1, dtype=np.int32)
    whole = size + max(size - 1, 0) * gap
    if whole + low + high < 0 or whole + min(low, 0) + min(high, 0) < 0:
        return
    want = lax.pad(jnp.asarray(x), jnp.int32(-1), [(low, high, gap)])
    np.testing.assert_array_equal(pad(x, np.int32(-1), [(low, high, gap)]), want)
