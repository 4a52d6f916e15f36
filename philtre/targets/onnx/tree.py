"""Tree ensembles as one TreeEnsembleRegressor, where the trees are known."""

import math
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import kernel
from philtre.targets.onnx.value import Value

_MODES = {"<=": "BRANCH_LEQ", "<": "BRANCH_LT", ">=": "BRANCH_GTE", ">": "BRANCH_GT"}
_AGGREGATES = {"sum": "SUM", "mean": "AVERAGE"}


@kernel("tree_ensemble")
def _tree_ensemble(
    g: Graph, x: Value, feature: Value, threshold: Value, true: Value, false: Value, value: Value, roots: Value,
    missing: Value | None, equal: Value | None, *, depth: int, mode: str, aggregate: str
) -> Value | None:  # fmt: skip
    """Trees that are computed, share nodes or compare in other dtypes than float32 are left to the body."""
    given = [feature, threshold, true, false, value, roots, *(each for each in (missing, equal) if each is not None)]
    arrays = [_known(each) for each in given]
    if any(array is None for array in arrays) or {x.dtype, threshold.dtype, value.dtype} != {np.dtype(np.float32)}:
        return None
    tables = _Tables(*(_known(each) for each in (feature, threshold, true, false, value, roots)))
    trees = tables.trees()
    if trees is None or not trees:
        return None
    attributes = tables.attributes(trees, _MODES[mode], _known(missing), _known(equal))
    rows, targets = math.prod(x.shape[:-1]), value.shape[1]
    sums = g.node(
        "TreeEnsembleRegressor", [g.full(g.reshape(x, (rows, x.shape[-1])))], (rows, targets), np.float32,
        domain="ai.onnx.ml", n_targets=targets, aggregate_function=_AGGREGATES[aggregate],
        post_transform="NONE", **attributes,
    )  # fmt: skip
    return g.reshape(sums, (*x.shape[:-1], targets))


def _known(value: Value | None) -> Array | None:
    return None if value is None or value.constant is None else np.broadcast_to(value.constant, value.shape)


class _Tables:
    """The nodes of all trees, one list of each property."""

    def __init__(self, feature: Any, threshold: Any, true: Any, false: Any, value: Any, roots: Any) -> None:
        self.feature, self.threshold, self.true, self.false = feature, threshold, true, false
        self.value, self.roots = value, roots

    def is_leaf(self, node: int) -> bool:
        return bool(self.true[node] == node == self.false[node])

    def trees(self) -> list[list[int]] | None:
        """The nodes of each tree, the root first; None if a node is in two places."""
        seen: set[int] = set()
        trees = []
        for root in map(int, self.roots):
            nodes, waiting = [], [root]
            while waiting:
                node = waiting.pop()
                if node in seen or not 0 <= node < len(self.feature):
                    return None
                seen.add(node)
                nodes.append(node)
                if not self.is_leaf(node):
                    waiting += [int(self.false[node]), int(self.true[node])]
            trees.append(nodes)
        return trees

    def attributes(
        self, trees: list[list[int]], mode: str, missing: Array | None, equal: Array | None
    ) -> dict[str, list[Any]]:
        places = [(tree, index, node) for tree, nodes in enumerate(trees) for index, node in enumerate(nodes)]
        within = {node: index for _, index, node in places}
        order = [node for *_, node in places]
        leaves = [(tree, index, node) for tree, index, node in places if self.is_leaf(node)]
        targets = range(self.value.shape[1])

        def modes(node: int) -> str:
            if self.is_leaf(node):
                return "LEAF"
            return "BRANCH_EQ" if equal is not None and equal[node] else mode

        return {
            "nodes_treeids": [tree for tree, *_ in places],
            "nodes_nodeids": [index for _, index, _ in places],
            "nodes_featureids": [0 if self.is_leaf(node) else int(self.feature[node]) for node in order],
            "nodes_values": [float(self.threshold[node]) for node in order],
            "nodes_modes": [modes(node) for node in order],
            "nodes_truenodeids": [0 if self.is_leaf(node) else within[int(self.true[node])] for node in order],
            "nodes_falsenodeids": [0 if self.is_leaf(node) else within[int(self.false[node])] for node in order],
            "nodes_missing_value_tracks_true": [int(missing is not None and missing[node]) for node in order],
            "nodes_hitrates": [1.0] * len(order),
            "target_treeids": [tree for tree, _, _ in leaves for _ in targets],
            "target_nodeids": [index for _, index, _ in leaves for _ in targets],
            "target_ids": [target for _ in leaves for target in targets],
            "target_weights": [float(self.value[node, target]) for *_, node in leaves for target in targets],
        }
