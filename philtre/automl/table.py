"""From a table to a fitted program, with a score that was earned on rows it had not seen."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from philtre.automl.candidate import Training
from philtre.automl.folds import folds as split
from philtre.automl.network import Network
from philtre.automl.scores import Score, accuracy, r2
from philtre.data import Prepared, Recipe
from philtre.errors import DataError
from philtre.fields import Array
from philtre.program import Program

Report = Callable[[Literal["recipe", "progress", "score"], str], None]


@dataclass(frozen=True)
class FittedTable:
    """A program fitted on all rows of a table.

    Attributes:
        program: from the table's columns to label and probabilities, or to the prediction.
        recipe: how the columns are prepared.
        score: what cross-validation found; None where it was not asked for.
        frame: the rows it was fitted on.
    """

    program: Program
    recipe: Recipe
    score: Score | None
    frame: Any

    def save(self, path: str | os.PathLike[str], *, source: str | os.PathLike[str] | None = None) -> Path:
        """Write the ONNX file, with profiles, metrics, the recipe's code and where the data came from.

        Args:
            path: file to write.
            source: the file of the data; its name and hash become part of the provenance.

        Raises:
            ArtifactError: if the file cannot be written.
        """
        metrics: dict[str, Any] = {}
        if self.score is not None:
            metrics = {
                self.score.metric: self.score.mean,
                f"{self.score.metric}_deviation": self.score.deviation,
                f"{self.score.metric}_baseline": self.score.baseline,
                "folds": len(self.score.folds),
            }
        provenance: dict[str, Any] = {"target": self.recipe.target.name, "rows": self.frame.height}
        if source is not None:
            provenance |= {"data": Path(source).name, "data_sha256": _sha256(Path(source))}
        return self.program.save(
            path, sample=self.frame, metrics=metrics, recipe=self.recipe.code(), provenance=provenance
        )


def fit_table(
    frame: Any,
    *,
    target: str,
    task: Literal["classification", "regression"] | None = None,
    recipe: Recipe | None = None,
    folds: int = 5,
    seed: int = 0,
    report: Report | None = None,
) -> FittedTable:
    """Fit a program on a table, after cross-validating the whole of it: the recipe is fitted anew inside each fold.

    Args:
        frame: any data frame.
        target: name of the column to learn.
        task: by default what the target looks like.
        recipe: by default inferred from the frame.
        folds: parts of the cross-validation; 0 leaves it out.
        seed: same seed and data, same bits.
        report: is told of the recipe, of progress and of the score, in words.

    Raises:
        DataError: if the target or the frame cannot be used; says why.
    """
    tell = report or (lambda kind, text: None)
    recipe = recipe or Recipe.infer(frame, target, task=task)
    tell("recipe", str(recipe))
    rows = recipe.labelled(frame)
    score = cross_validate(recipe, rows, folds=folds, seed=seed, report=tell) if folds else None
    if score is not None:
        tell("score", str(score))
    tell("progress", f"fitting on all {rows.height:,} rows")
    return FittedTable(fit(recipe, rows, seed=seed), recipe, score, rows)


def fit(recipe: Recipe, frame: Any, *, seed: int = 0) -> Program:
    """Fit recipe and network on a data frame; gives the whole program, from columns to answers."""
    prepared = recipe.fit(frame)
    features, labels = prepared(recipe.labelled(frame)), prepared.labels(recipe.labelled(frame))
    network = Network().fit(Training(features, labels, _classes(prepared), seed=seed)).program
    return prepared.program | network | prepared.target


def cross_validate(recipe: Recipe, frame: Any, *, folds: int = 5, seed: int = 0, report: Report | None = None) -> Score:
    """Judge a recipe and its network on rows that they were not fitted on.

    Args:
        recipe: fitted anew in each fold.
        frame: rows with a target.
        folds: number of parts; classes keep their shares in each.
        seed: same seed, same folds and networks.
        report: is told which fold runs.

    Raises:
        DataError: if there are fewer rows, or rows of a class, than make sense of folds.
    """
    rows = recipe.labelled(frame)
    truth = _truth(recipe, rows)
    classify = recipe.target.task == "classification"
    codes = np.unique(truth, return_inverse=True)[1]
    smallest = int(np.bincount(codes).min()) if classify else rows.height
    count = min(folds, smallest)
    metric = accuracy if classify else r2
    scores, trivial = [], []
    for i, (fitted, judged) in enumerate(split(codes, count, seed=seed, stratified=classify), 1):
        if report is not None:
            report("progress", f"cross-validation, fold {i} of {count}")
        program = fit(recipe, rows[fitted], seed=seed)
        answers = program.compile("onnx").predict(rows[judged])
        column = "label" if classify else "prediction"
        scores.append(metric(truth[judged], answers[column].to_numpy()))
        trivial.append(metric(truth[judged], np.full(len(judged), _constant(truth[fitted], classify))))
    return Score("accuracy" if classify else "r2", tuple(scores), float(np.mean(trivial)))


def _classes(prepared: Prepared) -> int | None:
    return len(getattr(prepared.goal, "values", ())) or None


def _truth(recipe: Recipe, rows: Any) -> Array:
    values: Array = rows.select(recipe.target.values(rows.schema[recipe.target.name])).to_series().to_numpy()
    if not len(values):
        raise DataError(f"target '{recipe.target.name}'", expected="rows that have one", got="none")
    return values


def _constant(truth: Array, classify: bool) -> Any:
    if not classify:
        return truth.mean()
    names, counts = np.unique(truth, return_counts=True)
    return names[np.argmax(counts)]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
