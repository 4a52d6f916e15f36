"""Decision trees, many at once: every row walks down all trees in step."""

import operator
from typing import Any

import jax.numpy as jnp

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, on_last_axis, operation

_MODES = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
_AGGREGATES = {"sum": jnp.sum, "mean": jnp.mean}


def _resolve(arrays: list[Any], options: Options) -> Options:
    _, feature, *others = arrays
    nodes = feature.shape
    if any(array is not None and array.shape[:1] != nodes for array in (*others[:4], *others[5:])):
        got = [None if array is None else array.shape for array in others]
        raise SignatureError("tree_ensemble", expected=f"one entry for each of {nodes[0]} nodes", got=str(got))
    for name, known in (("mode", _MODES), ("aggregate", _AGGREGATES)):
        if options[name] not in known:
            raise SignatureError(
                f"tree_ensemble's {name}", expected=f"one of {', '.join(known)}", got=repr(options[name])
            )
    return options


@operation("tree_ensemble", batch=on_last_axis, resolve=_resolve)
def tree_ensemble(
    x: Any,
    feature: Any,
    threshold: Any,
    true: Any,
    false: Any,
    value: Any,
    roots: Any,
    missing: Any = None,
    equal: Any = None,
    *,
    depth: int,
    mode: str = "<=",
    aggregate: str = "sum",
) -> Any:
    """Send each row down all trees and add the values of the leaves where it arrives.

    The nodes of all trees are one list of m. A node compares the row's feature with its threshold and sends the row
    to its true or its false child; a leaf is its own child on both sides, and its feature any.

    Args:
        x: float[..., d].
        feature: int[m], which feature a node asks for.
        threshold: float[m], what it compares with.
        true: int[m], the node where the comparison leads if it holds.
        false: int[m], and if it does not.
        value: float[m, k]; those of leaves count.
        roots: int[trees], where each tree starts.
        missing: bool[m], whether NaN goes to the true child; left out, to the false one everywhere.
        equal: bool[m], which nodes ask whether feature == threshold instead.
        depth: the largest number of comparisons on the way to a leaf.
        mode: what the other nodes ask: feature "<=", "<", ">=" or ">" threshold.
        aggregate: "sum" or "mean" over the trees.
    Returns:
        float[..., k], the dtype of `value`.
    Raises:
        SignatureError: if the arrays of nodes differ in length, or `mode` or `aggregate` is unknown.
    Reference: ONNX-ML TreeEnsemble; Nakandala et al., "A Tensor Compiler for Unified Machine Learning Prediction
        Serving", 2020.
    """
    node = jnp.broadcast_to(roots.astype(jnp.int32), (*x.shape[:-1], roots.shape[0]))
    for _ in range(depth):
        seen = jnp.take_along_axis(x, _of(feature.astype(jnp.int32), node), axis=-1, mode="clip")
        limit = _of(threshold, node)
        holds = _MODES[mode](seen, limit)
        if equal is not None:
            holds = jnp.where(_of(equal, node), seen == limit, holds)
        if missing is not None:
            holds = holds | (jnp.isnan(seen) & _of(missing, node))
        node = jnp.where(holds, _of(true, node), _of(false, node)).astype(jnp.int32)
    return _AGGREGATES[aggregate](_of(value, node), axis=-2)


def _of(table: Any, node: Any) -> Any:
    return jnp.take(table, node, axis=0, mode="clip")
