"""Reductions, windows and updates by functions of the user's."""

import jax.numpy as jnp
import numpy as np
from jax import lax

X = np.float32([[3, 1, 2, 5], [0, -1, 4, 4], [7, 7, 1, 0]])


def longer(a, b):
    return jnp.sqrt(a * a + b * b)


def test_reductions(agree):
    def largest_and_place(x):
        places = lax.broadcasted_iota(jnp.int32, x.shape, 1)

        def later(a, b):
            keep = a[0] > b[0]
            return jnp.where(keep, a[0], b[0]), jnp.where(keep, a[1], b[1])

        return lax.reduce((x, places), (jnp.float32(-9), jnp.int32(-1)), later, (1,))[1]

    agree(
        {
            "rows": lambda x: lax.reduce(x, jnp.float32(0), longer, (1,)),
            "batch": lambda x: lax.reduce(x, jnp.float32(0), longer, (0,)),
            "pairs": largest_and_place,
        },
        X,
    )


def test_windows(agree):
    agree(
        {
            "product": lambda x: lax.reduce_window(x, jnp.float32(1), lax.mul, (1, 2), (1, 1), "SAME"),
            "length": lambda x: lax.reduce_window(x, jnp.float32(0), longer, (1, 3), (1, 2), "VALID"),
        },
        X,
    )


def test_functions_of_entries(agree):
    k = np.int32([0, 3, 3, 9, -1])
    agree(
        {
            "drop": lambda x, k: x.at[k].apply(lambda x: 2 * x + 1),
            "clip": lambda x, k: x.at[k].apply(jnp.negative, mode="clip"),
        },
        X[0],
        k,
        free=False,
    )
    agree(lambda x: x.at[1].apply(jnp.exp), X[0], free=False)
