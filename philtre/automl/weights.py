"""Sample weights that make classes count more or less in training."""

from collections.abc import Mapping, Sequence

import numpy as np

from philtre.automl.options import ClassWeight
from philtre.errors import DataError, meant
from philtre.fields import Array


def sample_weights(labels: Array, names: Sequence[str], weight: ClassWeight | None) -> Array | None:
    """Weigh each row by its class.

    Args:
        labels: int[n], positions in `names`.
        names: the classes.
        weight: "balanced" weighs a class by one over its share of the rows; a mapping gives the weight of each class
            that does not count 1; None weighs all rows the same.

    Returns:
        float32[n] of mean 1, or None.

    Example:
        >>> sample_weights(np.array([0, 0, 0, 1]), ["no", "yes"], "balanced")
        array([0.6666667, 0.6666667, 0.6666667, 2.       ], dtype=float32)
    """
    if weight is None:
        return None
    if isinstance(weight, Mapping):
        given = {str(name): value for name, value in weight.items()}
        each = np.array([given.get(name, 1.0) for name in names])
    else:
        counts = np.bincount(labels, minlength=len(names))
        each = len(labels) / (len(names) * np.maximum(counts, 1))
    rows = each[labels]
    return np.asarray(rows / rows.mean(), np.float32)


def check_weight(weight: ClassWeight | None, names: Sequence[str]) -> None:
    """Refuse weights of what is no class, or that are not above zero.

    Raises:
        DataError: naming the first that does not fit.
    """
    if weight is None or weight == "balanced":
        return
    if not isinstance(weight, Mapping):
        raise DataError("class_weight", expected="'balanced', or a weight for each class", got=repr(weight))
    if not names:
        raise DataError("class_weight", expected="a classification", got="a regression")
    for name, value in weight.items():
        if str(name) not in names:
            known = f"one of the classes {list(names[:20])}"
            raise DataError("class_weight", expected=known, got=repr(name), hint=meant(str(name), names))
        if not 0 < value < float("inf"):
            raise DataError(f"class_weight of '{name}'", expected="a number above 0", got=repr(value))
