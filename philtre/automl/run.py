"""One run of `fit_table`: prepare the folds, try the candidates, choose, tune, fit on all rows."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any, Literal

import numpy as np

from philtre.automl.budget import Budget
from philtre.automl.candidate import Candidate, Fit
from philtre.automl.fitted import FittedTable
from philtre.automl.importance import importance
from philtre.automl.interval import check_level
from philtre.automl.judge import Choice, Judge
from philtre.automl.measure import Cost, measure
from philtre.automl.options import Options
from philtre.automl.part import Part, classes_of, fit_transform, prepare
from philtre.automl.result import Result
from philtre.automl.scores import metric_of
from philtre.automl.split import split
from philtre.automl.trial import FINAL, Trial, fit_part, try_candidate
from philtre.automl.tuned import tune
from philtre.automl.weights import check_weight
from philtre.data import Prepared, Recipe
from philtre.errors import DataError
from philtre.fields import Array
from philtre.program import Program

Report = Callable[[Literal["recipe", "progress", "note", "score"], str], None]

AFTER = 0.1
"""Share of the time for what comes after the fits: sizes, latencies, importance."""
HURRIED = 0.6
"""A fit on all rows that was cut at less than this share of the time it needs is worse than one of a fold."""

FREQUENT = 0.9
"""Where a class has more than this share of the rows, always to name it looks good."""


class Run:
    """What the stages of one call share; see `fit_table`."""

    def __init__(self, frame: Any, recipe: Recipe, options: Options, budget: Budget, report: Report | None) -> None:
        self.budget = budget
        self.fitting = self.budget.portion(1 - AFTER)
        self.options, self.recipe = options, recipe
        self.tell: Report = report or (lambda kind, text: None)
        self.notes: list[str] = []
        self.tell("recipe", str(recipe))
        self.frame = recipe.labelled(frame)
        self.goal = recipe.target.fit(self.frame)
        self.classify = bool(classes_of(self.goal))
        self.metric = metric_of(options.metric, recipe.target.task)
        self._check()
        self._warn_of_columns()

    def without_comparison(self) -> FittedTable:
        """Fit the last candidate, the strongest, on all rows."""
        candidate = self.options.chosen[-1]
        prepared, fit = self._fit_all(candidate, {}, self.fitting)
        return self._fitted(prepared, fit, candidate.name, "not compared, as was asked")

    def compare(self) -> FittedTable:
        """Try all candidates, choose one, tune its answers, fit it on all rows."""
        labels = self.goal.labels(self.frame) if self.classify else None
        folds = split(self.frame, labels, self.options)
        self.tell("progress", f"preparing {len(folds)} folds" if len(folds) > 1 else "preparing a held-out fifth")
        parts = [prepare(self.recipe, self.frame, fold) for fold in folds]
        judge = Judge(self.metric, self.goal, self._truth(labels))
        self._warn_of_a_rare_class(judge.truth)
        tried = [self._measured(trial) for trial in self._try_all(parts)]
        if not any(trial.fits for trial, _ in tried):
            raise next(trial.error for trial, _ in tried if trial.error)
        choice = judge.choose([trial for trial, _ in tried])
        results = tuple(_result(trial, cost, judge) for trial, cost in tried)
        return self._finish(judge, choice, results)

    def _check(self) -> None:
        check_weight(self.options.class_weight, classes_of(self.goal))
        check_level(self.options.interval, self.frame.height)
        if self.options.interval is not None and (self.classify or self.options.folds == 0):
            got = "a classification" if self.classify else "folds=0"
            raise DataError("interval", expected="a regression that is cross-validated", got=got)

    def _warn_of_columns(self) -> None:
        for name, column in self.recipe.columns.items():
            if column.suspect:
                self._note(f"'{name}' is {column.reason.partition('?')[0]}? Leave it out if it is not")
            if column.ordered and self.options.time is None:
                self._note(f"the rows are in the order of '{name}': the option time judges by rows that come later")

    def _warn_of_a_rare_class(self, truth: Array) -> None:
        most = np.bincount(truth).max() / len(truth) if self.classify else 0.0
        if self.options.metric is None and most > FREQUENT:
            self._note(
                f"one class is {most:.0%} of the rows, so that accuracy says little: balanced_accuracy, f1 or auc"
            )

    def _truth(self, labels: Array | None) -> Array:
        if labels is not None:
            return labels.astype("int64")
        target = self.recipe.target
        values = self.frame.select(target.values(self.frame.schema[target.name])).to_series()
        return values.to_numpy()

    def _try_all(self, parts: Sequence[Part]) -> list[Trial]:
        trials: list[Trial] = []
        for i, candidate in enumerate(self.options.chosen):
            trial = try_candidate(
                candidate,
                parts,
                self.goal,
                self.fitting.portion(1 / (len(self.options.chosen) - i)),
                seed=self.options.seed,
                class_weight=self.options.class_weight,
                must=not any(trial.fits for trial in trials),
                tell=lambda text: self.tell("progress", text),
            )
            trials.append(trial)
            if trial.error is not None:
                self._note(f"{candidate.name} failed: {_said(trial.error)}")
            elif len(trial.fits) < len(parts):
                self._note(f"{candidate.name}: {len(trial.fits)} of {len(parts)} folds, for lack of time")
        return trials

    def _measured(self, trial: Trial) -> tuple[Trial, Cost]:
        """Size and latency of a candidate; one that no file can hold is out."""
        if not trial.fits:
            return trial, Cost(0, 0.0)
        self.tell("progress", f"{trial.candidate.name}: size and latency")
        try:
            return trial, measure(_program(trial.parts[0].prepared, trial.fits[0]), self.frame)
        except Exception as error:
            self._note(f"{trial.candidate.name} failed: {_said(error)}")
            return Trial(trial.candidate, error=error), Cost(0, 0.0)

    def _finish(self, judge: Judge, choice: Choice, results: tuple[Result, ...]) -> FittedTable:
        trial = choice.trial
        score = judge.score(trial, len(trial.answers))
        self.tell("score", f"{trial.candidate.name}: {score}")
        tuned = tune(judge, trial, self.options)
        prepared, fit = self._final(trial)
        self.tell("progress", "importance of the columns")
        return self._fitted(
            tuned.into(prepared),
            fit,
            trial.candidate.name,
            choice.reason,
            candidates=results,
            scores=judge.scores(trial),
            out_of_fold=tuned.out_of_fold,
            temperature=tuned.temperature,
            threshold=tuned.threshold,
            interval=tuned.interval,
            figures=tuned.figures,
            importance=importance(judge, trial, self.frame, self.budget, seed=self.options.seed),
        )

    def _final(self, trial: Trial) -> tuple[Prepared, Fit]:
        """Fit the chosen candidate on all rows; if that is cut far too short, keep what a fold has fitted."""
        share = fmean(len(part.fitted) for part in trial.parts) / self.frame.height
        needed = FINAL * trial.seconds / len(trial.fits) / share
        budget = self.fitting if self.fitting.left >= needed else self.budget
        hurried = budget.left < HURRIED * needed
        fitted = self._fit_all(trial.candidate, trial.hints, budget) if budget.left else None
        if fitted is None or (hurried and not budget.left):
            self._note("the model is that of the last fold: there was no time to fit one on all rows")
            return trial.parts[-1].prepared, trial.fits[-1]
        return fitted

    def _fit_all(self, candidate: Candidate, hints: Mapping[str, Any], budget: Budget) -> tuple[Prepared, Fit]:
        self.tell("progress", f"{candidate.name}, all {self.frame.height:,} rows")
        prepared, x = fit_transform(self.recipe, self.frame)
        y = prepared.labels(self.frame)
        seed, weight = self.options.seed, self.options.class_weight
        return prepared, fit_part(candidate, prepared, x, y, seed, weight, budget.end, hints)

    def _fitted(self, prepared: Prepared, fit: Fit, chosen: str, reason: str, **found: Any) -> FittedTable:
        return FittedTable(
            _program(prepared, fit),
            self.recipe,
            prepared,
            self.frame,
            self.options,
            chosen,
            reason,
            notes=tuple(self.notes),
            **found,
        )

    def _note(self, text: str) -> None:
        self.notes.append(text)
        self.tell("note", text)


def _program(prepared: Prepared, fit: Fit) -> Program:
    return prepared.program | fit.program | prepared.target


def _result(trial: Trial, cost: Cost, judge: Judge) -> Result:
    name = trial.candidate.name
    if not trial.fits:
        return Result(name, error=_said(trial.error) if trial.error else "there was no time for it")
    score = judge.score(trial, len(trial.answers))
    return Result(name, score, trial.seconds, cost.bytes, cost.latency_ms, trial.fits[0].history)


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
