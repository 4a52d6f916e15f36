"""Reductions, windows and updates by any function of two entries, which the equation brings along."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from philtre.targets.onnx.reduction import folded
from philtre.targets.onnx.table import formula
from philtre.targets.onnx.window import shifts, window_of
from philtre.trace import function_of

Entries = tuple[Any, ...]


def _each(jaxpr: Any, consts: Sequence[Any] = ()) -> Callable[[Entries, Entries], Entries]:
    """Make of a function of scalars one of arrays."""
    function = function_of(jaxpr, consts)

    def combine(a: Entries, b: Entries) -> Entries:
        shape = a[0].shape
        rows = [jnp.broadcast_to(entry, shape).reshape(-1) for entry in (*a, *b)]
        return tuple(entry.reshape(shape) for entry in jax.vmap(function)(*rows))

    return combine


@formula("reduce")
def reduce_by(*arrays: Any, jaxpr: Any, dimensions: Any, consts: Any = (), **_: Any) -> list[Any]:
    """Combine entries along axes, starting from the given ones."""
    half = len(arrays) // 2
    return list(folded(_each(jaxpr, consts), arrays[:half], dimensions, arrays[half:]))


@formula("reduce_window")
def reduce_window_by(*arrays: Any, jaxpr: Any, consts: Any, base_dilation: Any, **parameters: Any) -> list[Any]:
    """Combine the entries under each window, starting from the given ones, which padding holds, too."""
    half = len(arrays) // 2
    window, between = window_of(**parameters), [step - 1 for step in base_dilation]
    seen = [shifts(x, start, window, between) for x, start in zip(arrays[:half], arrays[half:], strict=True)]
    places = list(zip(*seen, strict=True))
    total: Entries = tuple(jnp.broadcast_to(start, places[0][0].shape) for start in arrays[half:])
    combine = _each(jaxpr, consts)
    for entries in places:
        total = combine(total, entries)
    return list(total)


@formula("scatter")
def scatter_apply(
    x: Any, indices: Any, updates: Any, *, update_jaxpr: Any, update_consts: Any, dimension_numbers: Any, mode: Any,
    **_: Any,
) -> Any:  # fmt: skip
    """Apply a function to the entries at indices, as often as each one is named."""
    combine = _each(update_jaxpr, update_consts)
    ones = jnp.ones(updates.shape, jnp.int32)
    counts = lax.scatter_add(jnp.zeros(x.shape, jnp.int32), indices, ones, dimension_numbers, mode=mode)

    def again(state: tuple[Any, Any]) -> tuple[Any, Any]:
        left, x = state
        return left - 1, jnp.where(left > 0, combine((x,), (x,))[0], x)

    return lax.while_loop(lambda state: jnp.any(state[0] > 0), again, (counts, x))[1]
