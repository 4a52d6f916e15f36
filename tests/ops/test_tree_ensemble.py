"""Trees: every row arrives where a walk by hand arrives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier

from philtre import ops
from philtre.errors import SignatureError

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((200, 3)).astype(np.float32)


def nodes(trees):
    """The nodes of scikit-learn's trees in one list: feature, threshold, true, false, value, roots."""
    sizes = [tree.node_count for tree in trees]
    roots = np.int32(np.cumsum([0, *sizes[:-1]]))
    children = []
    for side in ("children_left", "children_right"):
        own = [np.where((c := getattr(tree, side)) < 0, np.arange(len(c)), c) for tree in trees]
        children.append(np.int32(np.concatenate([each + root for each, root in zip(own, roots, strict=True)])))
    feature = np.int32(np.maximum(np.concatenate([tree.feature for tree in trees]), 0))
    threshold = np.concatenate([tree.threshold for tree in trees])
    value = np.concatenate([tree.value[:, 0] for tree in trees]).astype(np.float32)
    return feature, rounded_down(threshold), *children, value, roots


def rounded_down(threshold):
    """The largest float32 numbers that are not above, so that no float32 changes sides."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)


def test_a_forest_of_scikit_learn():
    forest = RandomForestRegressor(10, max_depth=5, random_state=0).fit(X, X[:, 0] * X[:, 1])
    trees = [estimator.tree_ for estimator in forest.estimators_]
    ours = ops.tree_ensemble(X, *nodes(trees), depth=5, aggregate="mean")
    np.testing.assert_allclose(ours[:, 0], forest.predict(X), rtol=1e-5, atol=1e-6)


def test_a_classifier_of_scikit_learn():
    tree = DecisionTreeClassifier(random_state=0).fit(X, (X[:, 0] > 0) + (X[:, 1] > 0))
    ours = ops.tree_ensemble(X, *nodes([tree.tree_]), depth=tree.get_depth())
    np.testing.assert_allclose(ours, tree.predict_proba(X), atol=1e-6)


def drawn(depth, trees):
    """Full trees of random nodes: the children of node i are 2 i + 1 and 2 i + 2 of its tree."""
    size = 2 ** (depth + 1) - 1
    own = np.arange(size)
    inner = own < 2**depth - 1
    true, false = np.where(inner, 2 * own + 1, own), np.where(inner, 2 * own + 2, own)
    offsets = size * np.arange(trees)
    return {
        "feature": np.int32(RANDOM.integers(0, 3, size * trees)),
        "threshold": RANDOM.integers(-1, 2, size * trees).astype(np.float32),
        "true": np.int32((true + offsets[:, None]).ravel()),
        "false": np.int32((false + offsets[:, None]).ravel()),
        "value": RANDOM.standard_normal((size * trees, 2)).astype(np.float32),
        "roots": np.int32(offsets),
        "missing": RANDOM.random(size * trees) < 0.5,
        "equal": RANDOM.random(size * trees) < 0.3,
    }


def walk(row, at, trees, compare):
    """The value of the leaf that a row reaches from a node."""
    if trees["true"][at] == at:
        return trees["value"][at]
    seen, limit = row[trees["feature"][at]], trees["threshold"][at]
    holds = seen == limit if trees["equal"][at] else compare(seen, limit)
    holds |= np.isnan(seen) and trees["missing"][at]
    return walk(row, trees["true" if holds else "false"][at], trees, compare)


@pytest.mark.parametrize(
    ("mode", "compare"), [("<=", np.less_equal), ("<", np.less), (">=", np.greater_equal), (">", np.greater)]
)
def test_every_comparison_and_missing_values_walk_as_by_hand(mode, compare):
    trees = drawn(depth=3, trees=4)
    rows = RANDOM.choice(np.float32([-1, 0, 1, np.nan, np.inf]), (50, 3))
    expected = [sum(walk(row, root, trees, compare) for root in trees["roots"]) for row in rows]
    np.testing.assert_allclose(ops.tree_ensemble(rows, **trees, depth=3, mode=mode), expected, rtol=1e-5, atol=1e-6)


def test_leaves_have_gradients():
    trees = drawn(depth=1, trees=2)
    gradient = jax.grad(lambda value: ops.tree_ensemble(X, **trees | {"value": value}, depth=1).sum())(trees["value"])
    assert float(jnp.sum(gradient)) == 2 * 2 * len(X)


def test_what_does_not_fit_is_said():
    trees = drawn(depth=1, trees=1)
    with pytest.raises(SignatureError, match="one entry for each of 3 nodes"):
        ops.tree_ensemble(X, **trees | {"true": np.int32([0])}, depth=1)
    with pytest.raises(SignatureError, match="tree_ensemble's mode expects one of <=, <, >=, >"):
        ops.tree_ensemble(X, **trees, depth=1, mode="==")
