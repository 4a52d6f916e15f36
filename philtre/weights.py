"""Weights of a program: a pytree of arrays, each named by its path."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from philtre.errors import SignatureError
from philtre.fields import Array

Tree = Any


def by_path(tree: Tree) -> dict[str, Array]:
    """Name the arrays of a tree by their paths, in the tree's order.

    Args:
        tree: arrays in dicts, lists, tuples, or any other pytree.

    Raises:
        SignatureError: if two paths are spelled alike, or a leaf is no array of numbers.

    Example:
        >>> by_path({"dense": {"kernel": np.ones(2)}, "scales": [np.ones(1)]})
        {'dense.kernel': array([1., 1.]), 'scales.0': array([1.])}
    """
    weights: dict[str, Array] = {}
    for keys, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]:
        path = jax.tree_util.keystr(keys, simple=True, separator=".") or "weights"
        array = np.asarray(leaf)
        if path in weights:
            raise SignatureError("parameters", expected="paths that differ", got=f"'{path}' twice", field=path)
        if array.dtype.kind in "OSUMm":
            raise SignatureError(f"parameter '{path}'", expected="numbers", got=f"dtype {array.dtype}", field=path)
        weights[path] = array
    return weights


def with_leaves(tree: Tree, leaves: Sequence[Any]) -> Tree:
    """The tree with other leaves, in the tree's order."""
    return jax.tree.unflatten(jax.tree.structure(tree), leaves)


def merged(first: Tree, second: Tree, names: tuple[str, str]) -> tuple[Tree, Callable[[Tree], tuple[Tree, Tree]]]:
    """One tree of two: side by side where their names differ, else each below its owner's name.

    Args:
        first: one tree; None has no arrays.
        second: the other.
        names: of their owners.

    Returns:
        The tree, and the function that takes it, or one like it, apart again.
    """
    if not jax.tree.leaves(second):
        return first, lambda whole: (whole, second)
    if not jax.tree.leaves(first):
        return second, lambda whole: (first, whole)
    if isinstance(first, Mapping) and isinstance(second, Mapping) and not set(first) & set(second):
        return {**first, **second}, lambda whole: (_among(whole, first), _among(whole, second))
    own, other = names if names[0] != names[1] else (f"{names[0]}_0", f"{names[1]}_1")
    return {own: first, other: second}, lambda whole: (whole[own], whole[other])


def _among(whole: Mapping[Any, Tree], part: Mapping[Any, Tree]) -> dict[Any, Tree]:
    return {key: whole[key] for key in part}
