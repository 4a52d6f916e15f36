"""Sorting: stable, NaN last, both zeros, ties; the largest k; whole numbers of every width."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FLOATS, NUMBERS, SINGLE, Case, cases, edges, fixed

ONE = {
    "sort": lambda x: lax.sort(x, dimension=1),
    "sort_rows": lambda x: lax.sort(x, dimension=0),
    "sort_descending": lambda x: jnp.sort(x, axis=1, descending=True),
    "argsort": lambda x: jnp.argsort(x, axis=1),
    "argsort_descending": lambda x: jnp.argsort(x, axis=1, descending=True),
    "sort_two_keys": lambda x: lax.sort((x, x[::-1], x + x), dimension=1, num_keys=2),
    "sort_payload": lambda x: lax.sort((x, lax.broadcasted_iota("int32", x.shape, 1)), dimension=1, num_keys=1),
    "rank": lambda x: jnp.argsort(jnp.argsort(x, axis=1), axis=1),
}
TOP = {
    "top_k": lambda x: lax.top_k(x, 3),
    "top_all": lambda x: lax.top_k(x, x.shape[1]),
    "top_axis": lambda x: lax.top_k(x, 2, axis=0),
}


def shuffled(dtype):
    """Edges in three orders, most of them twice."""
    row = edges(dtype)[:10]
    return (np.stack([np.concatenate([np.roll(row, n), row[::-1]]) for n in (0, 3, 7)]),)


TIES = fixed([[3, 1, 3, 2, 1], [0, 0, 0, 0, 0], [-1, -2, -3, -4, -5]])

CASES = [
    *cases("order", ONE, shuffled, dtypes=ANY, exact=True),
    *cases("order", TOP, shuffled, dtypes=NUMBERS, exact=True),
    *cases(
        "order", {f"{name}_ties": f for name, f in (ONE | TOP).items()}, TIES, dtypes=("float32", "int32"), exact=True
    ),
    Case("order.lexsort", lambda x: jnp.lexsort((x[0], x[1])), TIES, ("float32", "int32")),
    Case(
        "order.unique",
        lambda x: jnp.unique(x, size=6, fill_value=x.dtype.type(0)),
        TIES,
        ("float32", "int32"),
        exact=True,
    ),
    Case("order.nonzero", lambda x: jnp.nonzero(x > 0, size=6, fill_value=0), TIES, ("float32", "int32")),
    Case("order.argwhere", lambda x: jnp.argwhere(x == 0, size=6, fill_value=-1), TIES, ("float32",)),
    Case("order.isin", lambda x: jnp.isin(x, x[0]), TIES, ("float32", "int32")),
    Case("order.digitize", lambda x: jnp.digitize(x, jnp.array([-2, 0, 2], x.dtype)), TIES, ("float32", "int32")),
    Case("order.median_nan", lambda x: jnp.nanmedian(x, axis=1), shuffled, FLOATS),
    Case("order.approx_max_k", lambda x: lax.approx_max_k(x, 2), TIES, SINGLE, exact=True),
    Case(
        "order.partition",
        lambda x: jnp.sort(jnp.partition(x, 2, axis=1), axis=1),
        TIES,
        ("float32", "int32"),
        exact=True,
    ),
]
