"""Tree ensembles: every mode, missing values, equal tests, several targets; computed trees go by the body."""

import numpy as np
import pytest

from philtre import ops

FEATURE = np.int32([0, 1, 0, 0, 0, 2, 0, 0])
THRESHOLD = np.float32([0.5, 1, 0, 0, 0, -1, 0, 0])
TRUE = np.int32([1, 3, 2, 3, 4, 6, 6, 7])
FALSE = np.int32([2, 4, 2, 3, 4, 7, 6, 7])
VALUE = np.arange(16, dtype=np.float32).reshape(8, 2)
ROOTS = np.int32([0, 5])
X = np.float32([[0.5, 1, -1], [0.4, 2, 0], [1, 0, np.nan], [np.nan, 1, -2], [0.2, np.nan, np.inf]])


@pytest.mark.parametrize("mode", ["<=", "<", ">=", ">"])
def test_modes_and_missing_values(agree, mode):
    trees = (FEATURE, THRESHOLD, TRUE, FALSE, VALUE, ROOTS)
    missing, equal = np.array([1, 0, 0, 0, 0, 1, 0, 0], bool), np.array([0, 1, 0, 0, 0, 0, 0, 0], bool)
    built = agree(
        {
            "plain": lambda x: ops.tree_ensemble(x, *trees, depth=2, mode=mode),
            "mean": lambda x: ops.tree_ensemble(x, *trees, missing, depth=2, mode=mode, aggregate="mean"),
            "equal": lambda x: ops.tree_ensemble(x, *trees, missing, equal, depth=2, mode=mode),
        },
        X,
    )
    assert built.operators == ["TreeEnsembleRegressor"] * 3


def test_trees_that_are_computed_or_in_float64(agree):
    trees = (FEATURE, THRESHOLD, TRUE, FALSE, VALUE, ROOTS)
    agree(lambda x, scale: ops.tree_ensemble(x, FEATURE, THRESHOLD * scale, *trees[2:], depth=2), X, np.float32(2))
    agree(lambda x: ops.tree_ensemble(x, *trees, depth=2), X.astype(float))
