"""From a table to a fitted program: candidates compared on the same folds, the best one fitted on all rows."""

from collections.abc import Sequence
from typing import Any, Literal

from philtre.automl.budget import Budget
from philtre.automl.fitted import FittedTable
from philtre.automl.options import ClassWeight, Options
from philtre.automl.run import Report, Run
from philtre.data import Recipe
from philtre.errors import DataError


def fit_table(
    frame: Any,
    *,
    target: str | None = None,
    task: Literal["classification", "regression"] | None = None,
    recipe: Recipe | None = None,
    metric: str | None = None,
    folds: int | None = None,
    groups: str | None = None,
    time: str | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    candidates: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    class_weight: ClassWeight | None = None,
    interval: float | None = None,
    report: Report | None = None,
) -> FittedTable:
    """Fit a program on a table: compare candidates on rows they have not seen, and fit the best one on all rows.

    The recipe is fitted anew inside each fold, so that a score was earned on rows that nothing had seen. The same
    answers calibrate the probabilities, choose the decision threshold and make the prediction intervals.

    Args:
        frame: any data frame; rows without a target are left out.
        target: name of the column to learn; by default that of the recipe.
        task: by default what the target looks like.
        recipe: by default inferred from the frame.
        metric: what is best: "accuracy" (default), "balanced_accuracy", "f1", "auc", "log_loss"; for a regression
            "r2" (default), "rmse", "mae".
        folds: parts of the cross-validation, 0 to leave it out; by default 5, or one held-out fifth of more than
            20,000 rows.
        groups: a column whose equal values stay on one side of each fold.
        time: a column to sort by: each fold is judged by rows that come after those it is fitted on.
        time_limit: seconds for everything, 34 by default. A model comes out in any case; `notes` say what was cut.
        seed: same seed and data, same bits, unless the time limit cuts a fit short.
        candidates: names of those to compare; all by default.
        exclude: names of those to leave out.
        class_weight: "balanced", or weights by label; rows count so much more in training, not in the scores.
        interval: share of the true values that "lower" to "upper" of a regression should hold, such as 0.9.
        report: is told of the recipe, of progress, of cuts and of the score, in words.

    Raises:
        DataError: if the target, the frame or an option cannot be used; says why, before anything is fitted.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"x": [i / 9 for i in range(40)], "y": ["low"] * 20 + ["high"] * 20})
        >>> fitted = fit_table(frame, target="y", candidates=["linear"], folds=2)
        >>> fitted.program.predict({"x": 4.0})["label"]
        'high'
    """
    options = Options(metric, folds, groups, time, time_limit, seed, candidates, exclude, class_weight, interval)
    budget = Budget(options.seconds)
    run = Run(frame, _recipe(frame, target, task, recipe), options, budget, report)
    return run.without_comparison() if options.folds == 0 else run.compare()


def _recipe(frame: Any, target: str | None, task: Any, recipe: Recipe | None) -> Recipe:
    if recipe is None:
        if target is None:
            raise DataError("fit_table", expected="a target, or a recipe", got="neither")
        return Recipe.infer(frame, target, task=task)
    for asked, own, what in ((target, recipe.target.name, "target"), (task, recipe.target.task, "task")):
        if asked is not None and asked != own:
            raise DataError("recipe", expected=f"the {what} '{asked}', as asked", got=f"'{own}'")
    return recipe
