"""Reading at computed places: negative, out of range by every rule (clip, fill, promise), none at all."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FEW, Case, cases, fixed

TABLE = np.arange(1, 21).reshape(5, 4)
PLACES = np.int32([0, 4, 2, 5, 100, -1, -5, -6, -100, 2**31 - 1, -(2**31)])
FAR = np.array([0, 4, 2**31, 2**32 + 9, -1, -(2**62) + 9, 2**62 + 11])


def gather(mode):
    numbers = lax.GatherDimensionNumbers((1,), (0,), (0,))
    return lambda x, k: lax.gather(x, k[:, None], numbers, (1, 4), mode=mode)


READS = {
    "plain": lambda x, k: x[k],
    "take": lambda x, k: jnp.take(x, k, axis=0),
    "take_clip": lambda x, k: jnp.take(x, k, axis=0, mode="clip"),
    "take_wrap": lambda x, k: jnp.take(x, k, axis=0, mode="wrap"),
    "take_fill": lambda x, k: jnp.take(x, k, axis=0, mode="fill", fill_value=1),
    "columns": lambda x, k: x[:, k],
    "flat": lambda x, k: x.ravel()[k],
    "pairs": lambda x, k: x[k, k % 3],
    "pairs_fill": lambda x, k: x.at[k, k].get(mode="fill"),
    "gather_clip": gather("clip"),
    "gather_fill": gather("fill"),
    "one_at_a_time": lambda x, k: jax.vmap(lambda i: lax.dynamic_index_in_dim(x, i, 0))(k),
    "windows": lambda x, k: jax.vmap(lambda i: lax.dynamic_slice(x, (i, i), (2, 3)))(k),
    "dynamic_slice": lambda x, k: [lax.dynamic_slice(x, (k[i], k[i + 1]), (2, 3)) for i in range(0, 10, 2)],
    "dynamic_slice_negative": lambda x, k: lax.dynamic_slice(x, (k[7], k[5]), (2, 3)),
    "dynamic_slice_whole": lambda x, k: lax.dynamic_slice(x, (k[4], k[8]), (5, 4)),
    "dynamic_index": lambda x, k: (x[k[1]], x[k[3]], x[:, k[7]]),
    "along": lambda x, k: jnp.take_along_axis(x, k[:, None] % 7, axis=0),
    "along_rows": lambda x, k: jnp.take_along_axis(x, k[:5, None] % 7 - 2, axis=1),
    "matrix_of_places": lambda x, k: x[k[:10].reshape(2, 5)],
    "none": lambda x, k: x[k[:0]],
    "boolean_where": lambda x, k: jnp.where((k[:5] > 0)[:, None], x, jnp.zeros_like(x)),
    "ellipsis": lambda x, k: x[..., None][k[:3], :, 0],
    "batched": lambda x, k: jax.vmap(lambda row, i: row[i])(x, k[:5]),
    "batched_matrix": lambda x, k: jax.vmap(lambda m, i: m[:, i])(jnp.stack([x, x]), k[:2]),
    "select_by_mask_sum": lambda x, k: (x * (jnp.arange(4) == k[2]).astype(x.dtype)).astype(x.dtype),
}
DTYPED = {name: READS[name] for name in ("plain", "take", "take_clip", "take_fill", "gather_fill", "dynamic_slice")}
PLACE_DTYPES = ("int8", "int16", "int32", "uint8", "uint16", "uint32")


def read_by(function, name):
    return lambda x, k: function(x, k.astype(name))


CASES = [
    *cases("indexing", READS, fixed(TABLE, PLACES), dtypes=FEW, exact=True),
    *cases(
        "indexing",
        {f"{name}_dtypes": f for name, f in DTYPED.items()},
        fixed(TABLE % 2, PLACES),
        dtypes=ANY,
        exact=True,
    ),
    *cases(
        "indexing",
        {f"{name}_far": READS[name] for name in ("plain", "take", "take_clip", "columns")},
        fixed(TABLE, FAR),
        dtypes=("float32", "int64"),
        exact=True,
    ),
    *cases(
        "indexing",
        {f"places_{name}": read_by(READS["plain"], name) for name in PLACE_DTYPES},
        fixed(TABLE, np.int32([0, 4, 5, 100, -1, -5, -6])),
        dtypes=("float32",),
        exact=True,
    ),
    *cases(
        "indexing",
        {f"filled_{name}": read_by(READS["take"], name) for name in PLACE_DTYPES},
        fixed(TABLE, np.int32([0, 4, 5, 100, -1, -5, -6])),
        dtypes=("float32",),
        exact=True,
    ),
    Case(
        "indexing.one_hot",
        lambda x, k: x[0, 0] * jax.nn.one_hot(k, 5, dtype=x.dtype),
        fixed(TABLE, PLACES),
        FEW,
        exact=True,
    ),
    Case(
        "indexing.choose",
        lambda x, k: jnp.choose(k[:4] % 3, [x[0], x[1], x[2]], mode="clip"),
        fixed(TABLE, PLACES),
        FEW,
        exact=True,
    ),
    Case(
        "indexing.gather_gradient",
        lambda x, k: jax.grad(lambda x: (x[k] ** 2).sum())(x),
        fixed(TABLE, np.int32([0, 0, 3, -1, 4])),
        ("float32", "float64"),
    ),
    Case(
        "indexing.searchsorted",
        lambda x, k: jnp.searchsorted(x.ravel(), x.ravel()[:7] + 0.5),
        fixed(TABLE, PLACES),
        ("float32", "float64"),
    ),
    Case(
        "indexing.interp",
        lambda x, k: jnp.interp(x[0] * 0.7, x[:, 0], x[:, 1]),
        fixed(TABLE, PLACES),
        ("float32", "float64"),
    ),
]
