"""A candidate: a kind of model that learns from prepared features, and gives a program from features to scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from philtre.automl.network import fit_network
from philtre.fields import Array, Tensor
from philtre.program import Program


@dataclass(frozen=True)
class Training:
    """What a candidate learns from.

    Attributes:
        x: float32[n, d], prepared features.
        y: int32[n] class positions, or standardised float32[n].
        classes: number of classes; None for regression.
        weights: float32[n], sample weights of mean 1; None where all weigh the same.
        seed: same seed and data, same bits.
        deadline: the `time.monotonic()` second by which the fit should be done; None for none.
    """

    x: Array
    y: Array
    classes: int | None
    weights: Array | None = None
    seed: int = 0
    deadline: float | None = None


@dataclass(frozen=True)
class Fit:
    """A fitted candidate.

    Attributes:
        program: "features" float32[n, d] to "scores" float32[n, k], logits, or float32[n, 1].
        hints: what a fit on all rows should reuse, such as the number of epochs.
        history: figures of each epoch.
    """

    program: Program
    hints: Mapping[str, Any]
    history: Sequence[Mapping[str, float]]


class Candidate(Protocol):
    """A kind of model."""

    @property
    def name(self) -> str:
        """How it is called in tables and options."""

    def fit(self, training: Training, hints: Mapping[str, Any] = {}) -> Fit:
        """Learn; `hints` are those of earlier fits on parts of the same rows, averaged."""


class Linear:
    """Ridge regression on one-hot targets."""

    name = "linear"

    def fit(self, training: Training, hints: Mapping[str, Any] = {}) -> Fit:
        del hints
        x = np.c_[training.x, np.ones(len(training.x))].astype(np.float64)
        y = training.y[:, None] if training.classes is None else 4.0 * np.eye(training.classes)[training.y] - 2.0
        weights = np.ones(len(x)) if training.weights is None else training.weights
        solution = np.linalg.solve((x.T * weights) @ x + np.eye(x.shape[1]), (x.T * weights) @ y).astype(np.float32)

        def scores(features: Any) -> dict[str, Any]:
            return {"scores": features @ solution[:-1] + solution[-1]}

        return Fit(Program(scores, inputs={"features": Tensor((None, x.shape[1] - 1))}, name="linear"), {}, ())


class Network:
    """The perceptron."""

    name = "network"

    def fit(self, training: Training, hints: Mapping[str, Any] = {}) -> Fit:
        del hints
        return Fit(fit_network(training.x, training.y, classes=training.classes, seed=training.seed), {}, ())


CANDIDATES: dict[str, Candidate] = {"linear": Linear(), "network": Network()}
