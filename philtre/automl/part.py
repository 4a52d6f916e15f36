"""A part of the rows, prepared: the recipe is fitted on some and judged by others."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from philtre.automl.candidate import Fit
from philtre.automl.folds import Fold
from philtre.data import Classes, FittedTarget, Prepared, Recipe, Scaled
from philtre.fields import Array
from philtre.program import Program

BLOCK = 1024
"""XLA compiles for each number of rows, so that scores are computed in blocks of this many."""
UNSEEN = 20.0
"""A class that a fold has not seen scores so much less than the least likely one that it has."""


@dataclass(frozen=True)
class Part:
    """One fold, with the recipe fitted on its rows; every candidate that takes this recipe shares it.

    Attributes:
        fitted: int64[n], positions of the rows to fit on.
        judged: int64[m], positions of the rows to judge by.
        prepared: the fitted recipe.
        x: float32[n, d], features to fit on.
        y: [n], labels to fit on.
        unseen: float32[m, d], features to judge by.
    """

    fitted: Array
    judged: Array
    prepared: Prepared
    x: Array
    y: Array
    unseen: Array


def prepare(recipe: Recipe, frame: Any, fold: Fold) -> Part:
    """Fit a recipe on the rows of a fold, and compute the features of both sides."""
    fitted, judged = fold
    prepared, x = fit_transform(recipe, frame[fitted])
    return Part(fitted, judged, prepared, x, prepared.labels(frame[fitted]), prepared(frame[judged]))


def fit_transform(recipe: Recipe, rows: Any) -> tuple[Prepared, Array]:
    """Fit a recipe, and compute the features of the rows that it was fitted on."""
    prepared = recipe.fit(rows)
    return prepared, prepared.training(rows)


def evaluate(program: Program, x: Array) -> Array:
    """Run a candidate's program on features float32[n, d], block by block."""
    padded = np.zeros((-(-len(x) // BLOCK) * BLOCK, x.shape[1]), np.float32)
    padded[: len(x)] = x
    blocks = [program(padded[start : start + BLOCK]) for start in range(0, len(padded), BLOCK)]
    return np.concatenate(blocks)[: len(x)]


def answer(fit: Fit, prepared: Prepared, x: Array, goal: FittedTarget) -> Array:
    """What a fit on a part of the rows says, in the terms of all rows.

    Args:
        fit: of a candidate.
        prepared: the recipe as it was fitted on the same part.
        x: float32[n, d], features.
        goal: the target fitted on all rows.

    Returns:
        float64[n, k], logits of all classes; of a regression float64[n], in the target's unit.
    """
    scores = evaluate(fit.program, x).astype(np.float64)
    own = prepared.goal
    if isinstance(own, Scaled):
        return scores[:, 0] * own.deviation + own.mean
    if not isinstance(own, Classes) or not isinstance(goal, Classes) or own.values == goal.values:
        return scores
    whole = np.repeat(scores.min(axis=1, keepdims=True) - UNSEEN, len(goal.values), axis=1)
    whole[:, [goal.values.index(name) for name in own.values]] = scores
    return whole


def classes_of(goal: FittedTarget) -> tuple[str, ...]:
    """The classes of a target; none of a number."""
    return goal.values if isinstance(goal, Classes) else ()
