"""The judge: turns the answers of candidates into scores, and chooses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from philtre.automl.calibration import fit_temperature, softmax
from philtre.automl.part import Part, classes_of
from philtre.automl.scores import METRICS, Answers, Metric, Score, constant
from philtre.automl.trial import Trial
from philtre.data import FittedTarget
from philtre.fields import Array

EQUAL = 1e-9
"""Means that differ by less than this share are equal."""


class Choice(NamedTuple):
    """The candidate that is taken, and why."""

    trial: Trial
    reason: str


@dataclass(frozen=True)
class Judge:
    """Scores candidates on the folds.

    Attributes:
        metric: what is best.
        goal: the target fitted on all rows.
        truth: [n], positions of the classes, or the numbers, of all rows.
        temperatures: of each candidate, by name, as they are asked for.
    """

    metric: Metric
    goal: FittedTarget
    truth: Array
    temperatures: dict[str, float] = field(default_factory=dict)

    def score(self, trial: Trial, count: int, metric: Metric | None = None) -> Score:
        """Judge a candidate by its first `count` folds."""
        metric = metric or self.metric
        parts = trial.parts[:count]
        temperature = self.temperature(trial)
        folds = tuple(
            metric(self.truth[part.judged], self.answers(raw, temperature))
            for part, raw in zip(parts, trial.answers, strict=False)
        )
        return Score(metric.name, folds, float(np.mean([self._trivial(part, metric) for part in parts])))

    def scores(self, trial: Trial) -> dict[str, Score]:
        """Judge a candidate by every metric of the task, on all folds that it has done."""
        fitting = [metric for metric in METRICS.values() if metric.task == self.metric.task]
        return {metric.name: self.score(trial, len(trial.answers), metric) for metric in fitting}

    def temperature(self, trial: Trial) -> float:
        """The temperature that calibrates a candidate's probabilities; 1 for a regression."""
        name = trial.candidate.name
        if name not in self.temperatures:
            classify = bool(classes_of(self.goal))
            truth = self.truth[self.rows(trial)]
            self.temperatures[name] = fit_temperature(np.concatenate(trial.answers), truth) if classify else 1.0
        return self.temperatures[name]

    def rows(self, trial: Trial) -> Array:
        """Positions of the rows that a candidate has answered, fold by fold."""
        return np.concatenate([part.judged for part in trial.parts])

    def answers(self, raw: Array, temperature: float, threshold: float | None = None) -> Answers:
        """What the saved program would say, given scores or predictions."""
        if not classes_of(self.goal):
            return Answers(raw)
        probabilities = softmax(raw, temperature)
        if threshold is None:
            return Answers(probabilities.argmax(axis=1), probabilities)
        return Answers((probabilities[:, 1] >= threshold).astype(np.int64), probabilities)

    def choose(self, trials: Sequence[Trial]) -> Choice:
        """Take the candidate whose mean over the folds that all have done is best; of equals the cheapest.

        The rule of one standard error (Breiman et al., "Classification and Regression Trees", 1984) would rather take
        the cheapest candidate that is nearly as good. It keeps models simple at the price of accuracy; here whoever is
        nearly as good is named in the reason, and the user decides.
        """
        done = [trial for trial in trials if trial.answers]
        count = min(len(trial.answers) for trial in done)
        scores = [self.score(trial, count) for trial in done]
        gains = np.array([self.metric.gain(score.mean, 0.0) for score in scores])
        best = int(np.argmax(gains >= gains.max() - EQUAL * abs(gains.max())))
        return Choice(done[best], self._reason(done, scores, best))

    def _reason(self, done: Sequence[Trial], scores: Sequence[Score], best: int) -> str:
        if len(done) == 1:
            return "the only candidate that was judged"
        how = "highest" if self.metric.higher else "lowest"
        reason = f"{how} mean {self.metric.name}, {scores[best].mean:.4g}"
        near = [done[i].candidate.name for i in range(len(done)) if i != best and self._near(scores[best], scores[i])]
        return reason + (f"; {' and '.join(near)} within one standard error of it" if near else "")

    def _near(self, best: Score, other: Score) -> bool:
        """Whether two candidates differ by less than the standard error of their difference, fold by fold."""
        gains = np.array([self.metric.gain(a, b) for a, b in zip(best.folds, other.folds, strict=True)])
        return len(gains) > 1 and bool(gains.mean() <= gains.std(ddof=1) / np.sqrt(len(gains)))

    def _trivial(self, part: Part, metric: Metric) -> float:
        says = constant(self.truth[part.fitted], len(classes_of(self.goal)) or None)
        return metric(self.truth[part.judged], says(len(part.judged)))
