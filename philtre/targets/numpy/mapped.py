"""Functions of single entries, as `reduce` and `scatter` carry them, on whole arrays at once."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.walk import as_array, interpret


def mapped(jaxpr: Any, constants: Sequence[Any], arrays: Sequence[Array]) -> list[Array]:
    """Apply equations over single entries to each entry of arrays.

    Args:
        jaxpr: the equations; arguments and results have shape [].
        constants: the arrays that they close over.
        arrays: [n] each, one per argument.
    """

    def each(*entries: Any) -> list[Any]:
        return list(jax.core.eval_jaxpr(jaxpr, constants, *entries))

    with jax.enable_x64(True):
        vectorised = jax.make_jaxpr(jax.vmap(each))(*(jax.ShapeDtypeStruct(a.shape, a.dtype) for a in arrays))
    return interpret(vectorised, arrays, x64=True)


def folded(jaxpr: Any, constants: Sequence[Any], columns: Sequence[Array], first: Sequence[Any]) -> list[Array]:
    """Combine the rows of arrays, neighbours first, and at last `first` with what came out.

    Args:
        jaxpr: the equations of an associative function of two entries, or of two entries for each array.
        constants: the arrays that they close over.
        columns: [t, n] each.
        first: [] each, where to start.
    Returns:
        [n] each.
    """
    starts = [np.broadcast_to(as_array(start), column.shape[1:]) for start, column in zip(first, columns, strict=True)]
    while len(columns[0]) > 1:
        pairs = [column[: len(column) // 2 * 2] for column in columns]
        sides = [pair[side::2].ravel() for side in (0, 1) for pair in pairs]
        joined = mapped(jaxpr, constants, sides)
        columns = [
            np.concatenate([result.reshape(len(pair) // 2, *column.shape[1:]), column[len(pair) :]])
            for result, column, pair in zip(joined, columns, pairs, strict=True)
        ]
    return starts if len(columns[0]) == 0 else mapped(jaxpr, constants, [*starts, *(column[0] for column in columns)])
