"""Tuning: what the answers on unseen rows teach about temperature, decision threshold and interval."""

from dataclasses import dataclass, field, replace

import numpy as np

from philtre.automl.calibration import calibration_error, softmax
from philtre.automl.interval import fit_interval
from philtre.automl.judge import Judge
from philtre.automl.options import Options
from philtre.automl.part import classes_of
from philtre.automl.result import OutOfFold
from philtre.automl.threshold import choose_threshold
from philtre.automl.trial import Trial
from philtre.data import Classes, Interval, Prepared, Scaled
from philtre.fields import Array


@dataclass(frozen=True)
class Tuned:
    """How scores become answers; see `FittedTable`."""

    out_of_fold: OutOfFold
    temperature: float = 1.0
    threshold: float | None = None
    interval: Interval | None = None
    figures: dict[str, float] = field(default_factory=dict)

    def into(self, prepared: Prepared) -> Prepared:
        """Let a fitted recipe's target answer so."""
        goal = prepared.goal
        if isinstance(goal, Classes):
            return replace(prepared, goal=replace(goal, temperature=self.temperature, threshold=self.threshold))
        if isinstance(goal, Scaled):
            return replace(prepared, goal=replace(goal, interval=self.interval))
        return prepared


def tune(judge: Judge, trial: Trial, options: Options) -> Tuned:
    """Learn how the chosen candidate should answer from what it said of rows that it had not seen."""
    rows, raw = judge.rows(trial), np.concatenate(trial.answers)
    truth = judge.truth[rows]
    folds = np.repeat(np.arange(len(trial.answers)), [len(answers) for answers in trial.answers])
    if classes_of(judge.goal):
        return _classes(judge, trial, options, rows, folds, truth, raw)
    interval = None if options.interval is None else fit_interval(truth, raw, options.interval)
    return Tuned(OutOfFold(rows, folds, (), truth, raw), interval=interval)


def _classes(
    judge: Judge, trial: Trial, options: Options, rows: Array, folds: Array, truth: Array, raw: Array
) -> Tuned:
    temperature = judge.temperature(trial)
    probabilities = softmax(raw, temperature)
    figures = {
        "calibration_error_before": calibration_error(truth, softmax(raw)),
        "calibration_error": calibration_error(truth, probabilities),
    }
    names = np.array(classes_of(judge.goal), object)
    chosen = None
    if len(names) == 2 and judge.metric.decides and options.class_weight is None:
        chosen = choose_threshold(truth, probabilities[:, 1], judge.metric, seed=options.seed)
    threshold = None if chosen is None else chosen.value
    if chosen is not None:
        figures["threshold_gain"] = chosen.gain
    labels = judge.answers(raw, temperature, threshold).values
    out_of_fold = OutOfFold(rows, folds, tuple(names), names[truth], names[labels], raw, probabilities)
    return Tuned(out_of_fold, temperature, threshold, figures=figures)
