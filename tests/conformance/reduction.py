"""Reductions and running reductions: NaN, ties, whole numbers that wrap, nothing to reduce."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import FEW, FLOATS, INTEGERS, NUMBERS, WIDE, Case, alike, cases, edges, moderate

SUMS = {
    "sum": lambda x: x.sum(axis=1),
    "sum_all": lambda x: x.sum(),
    "sum_kept": lambda x: x.sum(axis=(0, 2), keepdims=True),
    "prod": lambda x: x.prod(axis=1),
    "cumsum": lambda x: lax.cumsum(x, axis=1),
    "cumsum_reverse": lambda x: lax.cumsum(x, axis=2, reverse=True),
    "cumprod": lambda x: lax.cumprod(x, axis=1),
    "cumprod_reverse": lambda x: lax.cumprod(x, axis=1, reverse=True),
}
LIMITS = {
    "max": lambda x: x.max(axis=1),
    "min": lambda x: x.min(axis=(0, 1)),
    "max_all": jnp.max,
    "cummax": lambda x: lax.cummax(x, axis=1),
    "cummin_reverse": lambda x: lax.cummin(x, axis=1, reverse=True),
    "argmax": lambda x: jnp.argmax(x, axis=1),
    "argmin": lambda x: jnp.argmin(x, axis=-1),
    "argmax_flat": jnp.argmax,
    "argmax_int8": lambda x: lax.argmax(x, 1, jnp.int8),
}
STATISTICS = {
    "mean": lambda x: x.mean(axis=1),
    "var": lambda x: x.var(axis=1, ddof=1),
    "std": lambda x: x.std(),
    "logsumexp": lambda x: jnp.log(jnp.exp(x).sum(axis=1)),
    "median": lambda x: jnp.median(x, axis=1),
    "quantile": lambda x: jnp.quantile(x, jnp.array([0, 0.3, 1], x.dtype), axis=1),
    "norm": lambda x: jnp.linalg.norm(x, axis=1),
    "nanmean": lambda x: jnp.nanmean(jnp.where(x > 1, jnp.nan, x), axis=1),
    "average": lambda x: jnp.average(x, axis=1, weights=jnp.arange(1, 4).astype(x.dtype)),
    "ptp": lambda x: jnp.ptp(x, axis=1),
    "cumlogsumexp": lambda x: lax.cumlogsumexp(x, axis=1),
    "reduce_any_function": lambda x: lax.reduce(x, x.dtype.type(1), lambda a, b: a + 2 * b, (1,))[:0],
}
LOGIC = {
    "any": lambda x: x.any(axis=1),
    "all": lambda x: x.all(axis=1),
    "count_nonzero": lambda x: jnp.count_nonzero(x, axis=1),
    "reduce_xor": lambda x: lax.reduce_xor(x, (0, 1)),
}
NAMED = {name: getattr(lax, f"reduce_{name}") for name in ("and", "or", "xor")}


def with_edges(dtype):
    """Rows of edges turned against each other, so that each has NaN, infinities and ties at other places."""
    row = edges(dtype)[:12]
    return (np.stack([np.roll(row, shift) for shift in range(6)]).reshape(2, 3, -1),)


def without_nan(dtype):
    return (np.array([[3, 7, 7, 1], [-2, -2, -2, -2], [0, 5, 1, 5]]).astype(dtype).reshape(1, 3, 4),)


def long_row(dtype):
    return (np.tile(np.array([0.1, -0.3, 1.7, 0.9]), 500).astype(dtype),)


CASES = [
    *cases("reduction", SUMS, moderate(2, 3, 4), dtypes=NUMBERS),
    *cases("reduction", LIMITS, with_edges, dtypes=NUMBERS, exact=True, signed=False),
    *cases("reduction", {f"{name}_ties": f for name, f in LIMITS.items()}, without_nan, dtypes=NUMBERS, exact=True),
    *cases(
        "reduction",
        {f"{name}_bools": f for name, f in LIMITS.items() if "cum" not in name},
        without_nan,
        dtypes=("bool",),
    ),
    *cases("reduction", STATISTICS, moderate(2, 3, 4), dtypes=FLOATS),
    *cases("reduction", LOGIC, moderate(2, 3, 4), dtypes=("bool",)),
    *cases(
        "reduction",
        {f"bits_{name}": lambda x, f=f: f(x, (1,)) for name, f in NAMED.items()},
        moderate(2, 3, 4),
        dtypes=INTEGERS,
    ),
    *cases(
        "reduction", {name + "_with_nan": SUMS[name] for name in ("sum", "prod", "cumsum")}, with_edges, dtypes=FLOATS
    ),
    *cases(
        "reduction",
        {name + "_wraps": SUMS[name] for name in ("sum", "prod", "cumsum", "cumprod")},
        with_edges,
        dtypes=INTEGERS,
    ),
    Case("reduction.long_sum", lambda x: (x.sum(), x.mean()), long_row, FLOATS),
    Case("reduction.sum_of_bools", lambda x: (x > 0).sum(axis=1), moderate(2, 3, 4), FEW),
    Case("reduction.mean_of_integers", lambda x: x.mean(axis=1), moderate(2, 3, 4), INTEGERS),
    Case("reduction.sum_float64_of_float32", lambda x: x.astype("float32").sum(), alike([1e8, 1, -1e8]), WIDE),
]
