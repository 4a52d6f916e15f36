"""Writing at computed places: twice the same place, out of range by every rule, windows, every way to combine."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FEW, NUMBERS, Case, cases, fixed

BASE = np.arange(1, 21).reshape(5, 4)
PLACES = np.int32([0, 4, 2, 0, 5, -1, -5, -6, 100, 2**31 - 1, -(2**31)])
ONCE = np.int32([3, 0, 7, -1, 1])
ADDED = np.arange(11) % 7 + 1


def new(x, *shape):
    return jnp.asarray(np.resize(ADDED, shape)).astype(x.dtype)


def rows(name, mode=None):
    return lambda x, k: getattr(x.at[k], name)(new(x, k.shape[0], 4), mode=mode)


def raw(name, mode):
    numbers = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    return lambda x, k: getattr(lax, name)(x, k[:, None], new(x, k.shape[0], 4), numbers, mode=mode)


def window(name, mode):
    """Blocks of two rows and three columns, placed by pairs; a block that sticks out is dropped or moved in."""
    numbers = lax.ScatterDimensionNumbers((1, 2), (), (0, 1))
    return lambda x, k: getattr(lax, name)(x, k.reshape(-1, 1)[:5].repeat(2, 1), new(x, 5, 2, 3), numbers, mode=mode)


COMBINE = ("add", "multiply", "min", "max")
TWICE = (
    {name: rows(name) for name in COMBINE}
    | {f"{name}_clip": rows(name, "clip") for name in COMBINE}
    | {
        f"raw_{name}_{mode}": raw(f"scatter_{name}", mode)
        for name in ("add", "mul", "min", "max")
        for mode in ("clip", "fill")
    }
    | {f"window_{name}_{mode}": window(f"scatter_{name}", mode) for name in ("add", "max") for mode in ("clip", "fill")}
    | {
        "pairs_add": lambda x, k: x.at[k, k % 3].add(new(x, 11)),
        "columns_add": lambda x, k: x.at[:, k].add(new(x, 5, 11)),
        "flat_add": lambda x, k: x.ravel().at[k].add(new(x, 11)),
        "scalar_add": lambda x, k: x.at[k[0]].add(x.dtype.type(1)),
        "subtract": lambda x, k: x.at[k].subtract(new(x, 11, 4)),
        "segment_sum": lambda x, k: jax.ops.segment_sum(x, k[:5], 3),
        "segment_max": lambda x, k: jax.ops.segment_max(x, jnp.abs(k[:5]) % 3, 3),
        "bincount": lambda x, k: jnp.bincount(jnp.abs(k[:8]), length=4),
        "histogram": lambda x, k: jnp.histogram(x.astype("float32"), bins=4, range=(0, 16))[0],
        "batched_add": lambda x, k: jax.vmap(lambda row, i: row.at[i].add(row.dtype.type(1)))(x, k[:5]),
        "apply": lambda x, k: x.at[ONCE].apply(lambda v: v * v),
    }
)
SET = {
    "set": rows("set"),
    "set_clip": lambda x, k: x.at[k[:2]].set(new(x, 2, 4), mode="clip"),
    "set_drop": rows("set", "drop"),
    "set_column": lambda x, k: x.at[:, 2].set(new(x, 5)),
    "set_scalar": lambda x, k: x.at[k].set(x.dtype.type(1)),
    "set_pairs": lambda x, k: x.at[k, jnp.abs(k) % 3].set(new(x, 5)),
    "set_slice": lambda x, k: x.at[1:3, ::2].set(new(x, 2, 2)),
    "set_batched": lambda x, k: jax.vmap(lambda row, i: row.at[i].set(row.dtype.type(1)))(x, k),
    "set_none": lambda x, k: x.at[k[:0]].set(new(x, 0, 4)),
    "set_unique": lambda x, k: x.at[k].set(new(x, 5, 4), unique_indices=True),
    "update_slice": lambda x, k: lax.dynamic_update_slice(x, new(x, 2, 3), (k[0], k[1])),
    "update_slice_over": lambda x, k: lax.dynamic_update_slice(x, new(x, 2, 3), (k[2], k[2])),
    "update_slice_negative": lambda x, k: lax.dynamic_update_slice(x, new(x, 2, 3), (k[3], k[3])),
    "update_slice_batched": lambda x, k: jax.vmap(lambda i: lax.dynamic_update_slice(x, new(x, 2, 3), (i, i)))(k),
    "update_index": lambda x, k: lax.dynamic_update_index_in_dim(x, new(x, 4), k[0], 0),
    "fill_diagonal": lambda x, k: jnp.fill_diagonal(x, x.dtype.type(1), inplace=False),
    "put_along": lambda x, k: jnp.put_along_axis(x, jnp.abs(k)[:, None] % 4, x.dtype.type(1), 1, inplace=False),
}
DTYPED = ("set", "set_scalar", "update_slice", "set_column")

CASES = [
    *cases("scatter", TWICE, fixed(BASE, PLACES), dtypes=FEW),
    *cases("scatter", SET, fixed(BASE, ONCE), dtypes=FEW, exact=True),
    *cases("scatter", {f"{name}_dtypes": SET[name] for name in DTYPED}, fixed(BASE, ONCE), dtypes=ANY, exact=True),
    *cases("scatter", {f"{name}_dtypes": TWICE[name] for name in COMBINE}, fixed(BASE, PLACES), dtypes=NUMBERS),
    Case(
        "scatter.max_nan",
        lambda x, k: x.at[k].max(jnp.where(new(x, 11, 4) > 4, jnp.nan, new(x, 11, 4))),
        fixed(BASE, PLACES),
        ("float32", "float64"),
    ),
    Case(
        "scatter.far",
        lambda x, k: x.at[k].add(x.dtype.type(1)),
        fixed(BASE, np.array([2**31, 2**32 + 9, -(2**62) + 9, 1])),
        ("float32", "int64"),
    ),
]
