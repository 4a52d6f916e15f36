"""Cumulative products, extremes and sums: the reach of each entry doubles with every step."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import FORMULAS, rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation, is_symbolic


@rule("cumsum")
def _cumsum(g: Graph, equation: Equation, x: Value) -> Value:
    axis, backwards = equation.params["axis"], int(equation.params["reverse"])
    return g.node("CumSum", [g.full(x), g.constant(axis, np.int64)], x.shape, x.dtype, reverse=backwards)


def cumulative(combine: Callable[[Any, Any], Any], x: Any, *, axis: int, reverse: bool, **_: Any) -> Any:
    """Combine each entry with all before it, or behind it; a symbolic axis is walked."""
    size = x.shape[axis]
    if is_symbolic(size):
        return _walked(combine, x, axis, reverse)
    step = 1
    while step < size:
        first = lax.slice_in_dim(x, 0, size - step, axis=axis)
        last = lax.slice_in_dim(x, step, size, axis=axis)
        low, high = (size - step, size) if reverse else (0, step)
        parts = [lax.slice_in_dim(x, low, high, axis=axis), combine(first, last)]
        x = lax.concatenate(parts[::-1] if reverse else parts, axis)
        step *= 2
    return x


def _walked(combine: Callable[[Any, Any], Any], x: Any, axis: int, reverse: bool) -> Any:
    rows = jnp.moveaxis(x, axis, 0)

    def step(carry: tuple[Any, Any], row: Any) -> tuple[tuple[Any, Any], Any]:
        started, total = carry
        total = jnp.where(started, combine(total, row), row)
        return (jnp.ones_like(started), total), total

    start = (jnp.zeros((), bool), jnp.zeros(rows.shape[1:], x.dtype))
    return jnp.moveaxis(lax.scan(step, start, rows, reverse=reverse)[1], 0, axis)


def _log_add(a: Any, b: Any) -> Any:
    """log(exp(a) + exp(b)); infinities of the same sign are kept, and NaN."""
    high, low = jnp.maximum(a, b), jnp.minimum(a, b)
    change = jnp.where(high == low, jnp.zeros((), a.dtype), low - high)
    return high + jnp.log1p(jnp.exp(change))


_COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "cumprod": lax.mul,
    "cummax": lax.max,
    "cummin": lax.min,
    "cumlogsumexp": _log_add,
}
FORMULAS |= {name: partial(cumulative, combine) for name, combine in _COMBINED.items()}
