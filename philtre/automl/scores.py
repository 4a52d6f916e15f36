"""Scores: how good answers are, and how good it is to always say the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from philtre.errors import DataError, meant
from philtre.fields import Array

Task = Literal["classification", "regression"]
DEFAULTS: dict[Task, str] = {"classification": "accuracy", "regression": "r2"}


@dataclass(frozen=True)
class Answers:
    """What a model says of n rows.

    Attributes:
        values: int64[n], positions of the classes chosen; of a regression float64[n].
        probabilities: float64[n, k], rows sum to 1; None for a regression.
    """

    values: Array
    probabilities: Array | None = None


@dataclass(frozen=True)
class Metric:
    """A figure for how good answers are.

    Attributes:
        name: as users write it.
        task: what it judges.
        higher: whether more is better.
        function: (truth, answers) to the figure.
        decides: whether it depends on the class chosen, so that a decision threshold matters.
    """

    name: str
    task: Task
    higher: bool
    function: Callable[[Array, Answers], float]
    decides: bool = False

    def __call__(self, truth: Array, answers: Answers) -> float:
        return self.function(truth, answers)

    def gain(self, score: float, over: float) -> float:
        """By how much a score is better than another: positive if it is."""
        return score - over if self.higher else over - score


@dataclass(frozen=True)
class Score:
    """A metric over the folds, beside that of the trivial model: the most frequent class, or the mean."""

    metric: str
    folds: tuple[float, ...]
    baseline: float

    @property
    def mean(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.folds))

    @property
    def deviation(self) -> float:
        """Standard deviation over the folds."""
        return float(np.std(self.folds))

    def __str__(self) -> str:
        trivial = "the mean" if METRICS[self.metric].task == "regression" else "the most frequent class"
        count = len(self.folds)
        how = f" +- {self.deviation:.3f} in {count}-fold cross-validation" if count > 1 else " on held-out rows"
        return f"{self.metric} {self.mean:.3f}{how} ({trivial} alone: {self.baseline:.3f})"


def metric_of(name: str | None, task: Task) -> Metric:
    """Find a metric by name; None gives the default of the task.

    Raises:
        DataError: if the name is unknown, or the metric does not fit the task.
    """
    metric = METRICS.get(name or DEFAULTS[task])
    fitting = [known for known, each in METRICS.items() if each.task == task]
    if metric is None:
        raise DataError("metric", expected=f"one of {fitting}", got=repr(name), hint=meant(str(name), METRICS))
    if metric.task != task:
        raise DataError(f"metric '{name}'", expected=f"a {metric.task}", got=f"a {task}", hint=f"take one of {fitting}")
    return metric


def constant(truth: Array, classes: int | None) -> Callable[[int], Answers]:
    """The trivial model of a truth: the most frequent class with the classes' shares, or the mean."""
    if classes is None:
        return lambda n: Answers(np.full(n, truth.mean()))
    shares = np.bincount(truth, minlength=classes) / len(truth)
    return lambda n: Answers(np.full(n, np.argmax(shares)), np.tile(shares, (n, 1)))


def accuracy(truth: Array, answers: Answers) -> float:
    """Share of right labels, 0 to 1."""
    return float(np.mean(truth == answers.values))


def balanced_accuracy(truth: Array, answers: Answers) -> float:
    """Mean over the classes of the share of their rows that is found (recall).

    Reference: Brodersen et al., "The balanced accuracy and its posterior distribution", 2010.
    """
    found = np.bincount(truth, weights=truth == answers.values)
    counts = np.bincount(truth)
    return float(np.mean(found[counts > 0] / counts[counts > 0]))


def f1(truth: Array, answers: Answers) -> float:
    """Harmonic mean of precision and recall: of the second of two classes, else the mean over the classes (macro).

    Reference: van Rijsbergen, "Information Retrieval", 1979.
    """
    k = _probabilities(answers).shape[1]
    right = np.bincount(truth[truth == answers.values], minlength=k)
    both = np.bincount(truth, minlength=k) + np.bincount(answers.values, minlength=k)
    each = np.divide(2 * right, both, out=np.zeros(k), where=both > 0)
    return float(each[1] if k == 2 else each[both > 0].mean())


def auc(truth: Array, answers: Answers) -> float:
    """Chance that a row of a class gets a higher probability of it than another row; 0.5 is guessing.

    Of more than two classes the mean of each against the rest. A class that is absent, or alone, does not count.

    Reference: Hanley and McNeil, "The meaning and use of the area under a ROC curve", 1982.
    """
    probabilities = _probabilities(answers)
    k = probabilities.shape[1]
    present = [i for i in ([1] if k == 2 else range(k)) if 0 < np.sum(truth == i) < len(truth)]
    return float(np.mean([_area(truth == i, probabilities[:, i]) for i in present])) if present else 0.5


def log_loss(truth: Array, answers: Answers) -> float:
    """Mean of -log of the probability of the true class (nats); clipped at the float's epsilon.

    Reference: Good, "Rational Decisions", 1952.
    """
    epsilon = np.finfo(np.float64).eps
    chosen = _probabilities(answers)[np.arange(len(truth)), truth]
    return float(-np.mean(np.log(np.clip(chosen, epsilon, 1 - epsilon))))


def r2(truth: Array, answers: Answers) -> float:
    """Share of the variance that is explained: 1 for perfect answers, 0 for those no better than the mean.

    Reference: Wright, "Correlation and Causation", 1921.
    """
    total = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum((truth - answers.values) ** 2)) / total if total else 0.0


def rmse(truth: Array, answers: Answers) -> float:
    """Root of the mean squared error, in the target's unit."""
    return float(np.sqrt(np.mean((truth - answers.values) ** 2)))


def mae(truth: Array, answers: Answers) -> float:
    """Mean absolute error, in the target's unit."""
    return float(np.mean(np.abs(truth - answers.values)))


METRICS = {
    metric.name: metric
    for metric in (
        Metric("accuracy", "classification", True, accuracy, decides=True),
        Metric("balanced_accuracy", "classification", True, balanced_accuracy, decides=True),
        Metric("f1", "classification", True, f1, decides=True),
        Metric("auc", "classification", True, auc),
        Metric("log_loss", "classification", False, log_loss),
        Metric("r2", "regression", True, r2),
        Metric("rmse", "regression", False, rmse),
        Metric("mae", "regression", False, mae),
    )
}


def _probabilities(answers: Answers) -> Array:
    if answers.probabilities is None:
        raise DataError("metric", expected="probabilities", got="numbers")
    return answers.probabilities


def _area(positive: Array, values: Array) -> float:
    """The area under the curve by ranks; ties have the mean of theirs."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    n = int(positive.sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n)))
