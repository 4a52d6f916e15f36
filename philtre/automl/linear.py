"""The linear candidate: ridge or multinomial logistic regression, its penalty chosen on rows held out inside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from philtre.automl.candidate import Fit, Training, scores_program
from philtre.automl.folds import folds
from philtre.fields import Array

PENALTIES = 10.0 ** np.arange(-1, 4.5, 0.5)
"""On half the squared coefficients of standardised features, beside a loss that is summed over rows of weight 1."""
SMALL = 5_000
"""Up to so many rows the penalty is chosen over five folds, above on one of them."""
SAMPLE = 10_000
"""No more rows than these choose the penalty."""
ROTATED = 1_000
"""Up to so many features the axes are turned to the principal ones, where few steps lead to the minimum."""
STEPS = 100


@dataclass(frozen=True)
class Linear:
    """Scores are ``x @ kernel + bias``, with the least squared error or cross-entropy plus an L2 penalty.

    Reference: Hoerl and Kennard, "Ridge Regression", 1970; Liu and Nocedal, "On the limited memory BFGS method for
    large scale optimization", 1989.
    """

    name: str = "linear"

    def fit(self, training: Training, hints: Mapping[str, float] | None = None) -> Fit:
        """Choose the penalty, unless the hints name "log10_penalty", then fit all rows with it."""
        known = (hints or {}).get("log10_penalty")
        # The search calls LAPACK on tiny matrices, and threads that wait for one another make it forty times slower.
        with threadpool_limits(1, user_api="blas"):
            penalty = choose_penalty(training) if known is None else 10.0**known
            kernel, bias = Problem.of(training).solve([penalty])[0]
        kernel, bias = kernel.astype(np.float32), bias.astype(np.float32)
        program = scores_program(lambda x: x @ kernel + bias, *kernel.shape, name=self.name)
        return Fit(program, {"log10_penalty": float(np.log10(penalty))})


def choose_penalty(training: Training) -> float:
    """The one of `PENALTIES` with the smallest loss on rows that were held out; the middle one where time is over."""
    rows = np.sort(np.random.default_rng(training.seed).permutation(len(training.y))[:SAMPLE])
    problem = Problem.of(training).at(rows)
    parts = folds(training.y[rows], 5, seed=training.seed, stratified=training.classes is not None)
    losses = np.zeros(len(PENALTIES))
    for fitted, judged in parts if len(rows) <= SMALL else parts[:1]:
        if training.late:
            break
        losses += [problem.at(judged).loss(*solution) for solution in problem.at(fitted).solve(PENALTIES)]
    return float(PENALTIES[np.argmin(losses)] if losses.any() else PENALTIES[len(PENALTIES) // 2])


@dataclass(frozen=True, eq=False)
class Problem:
    """Weighted rows.

    Attributes:
        x: float64[n, d], features.
        y: float64[n, k], one-hot classes, or the one value.
        weights: float64[n], of sum 1.
        classify: whether the loss is cross-entropy, else half the squared error.
    """

    x: Array
    y: Array
    weights: Array
    classify: bool

    @classmethod
    def of(cls, training: Training) -> "Problem":
        """The rows of a training."""
        y = np.eye(training.outputs)[training.y] if training.classes else training.y[:, None].astype(np.float64)
        weights = np.ones(len(y)) if training.weights is None else training.weights.astype(np.float64)
        return cls(training.x.astype(np.float64), y, weights / weights.sum(), training.classes is not None)

    def at(self, rows: Array) -> "Problem":
        """The problem of some of the rows."""
        weights = self.weights[rows]
        return Problem(self.x[rows], self.y[rows], weights / weights.sum(), self.classify)

    def loss(self, kernel: Array, bias: Array) -> float:
        """The weighted mean loss of a solution."""
        return self._loss_and_slope(self.x @ kernel + bias)[0]

    def solve(self, penalties: Iterable[float]) -> list[tuple[Array, Array]]:
        """Kernel float64[d, k] and bias float64[k] for each penalty; each search starts where the one before ended."""
        mean = self.weights @ self.x
        centred = self.x - mean
        axes, variances = _axes(centred * np.sqrt(self.weights)[:, None])
        turned = Problem(centred @ axes if axes is not None else centred, self.y, self.weights, self.classify)
        solutions: list[tuple[Array, Array]] = []
        kernel, bias = np.zeros((self.x.shape[1], self.y.shape[1])), np.zeros(self.y.shape[1])
        for penalty in penalties:
            kernel, bias = turned._descend(penalty / len(self.y), variances, kernel, bias)
            found = kernel if axes is None else axes @ kernel
            solutions.append((found, bias - mean @ found))
        return solutions

    def _descend(self, penalty: float, variances: Array, kernel: Array, bias: Array) -> tuple[Array, Array]:
        """Minimise by L-BFGS over coordinates in which the curvature is about 1."""
        scale = 1 / np.sqrt((variances / 4 if self.classify else variances) + penalty)[:, None]
        d, k = kernel.shape

        def objective(flat: Array) -> tuple[float, Array]:
            scaled = flat[: d * k].reshape(d, k) * scale
            loss, slope = self._loss_and_slope(self.x @ scaled + flat[d * k :])
            gradient = (self.x.T @ slope + penalty * scaled) * scale
            return loss + penalty / 2 * float((scaled**2).sum()), np.concatenate([gradient.ravel(), slope.sum(axis=0)])

        start = np.concatenate([(kernel / scale).ravel(), bias])
        found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "gtol": 1e-6}).x
        return found[: d * k].reshape(d, k) * scale, found[d * k :]

    def _loss_and_slope(self, scores: Array) -> tuple[float, Array]:
        """The mean loss, and float64[n, k], its derivative by the scores."""
        weights = self.weights[:, None]
        if not self.classify:
            error = scores - self.y
            return float((weights * error**2).sum()) / 2, weights * error
        scores = scores - scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return -float((weights * self.y * logs).sum()), weights * (np.exp(logs) - self.y)


def _axes(rows: Array) -> tuple[Array | None, Array]:
    """Principal axes float64[d, d] and the variances along them; of many features the axes as they are."""
    if rows.shape[1] > ROTATED:
        return None, (rows**2).sum(axis=0)
    variances, axes = np.linalg.eigh(rows.T @ rows)
    return axes, np.maximum(variances, 0)
