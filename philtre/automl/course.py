"""The course of a training: epoch by epoch along the plan, judged on rows held out, until it stops getting better."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
import optax

from philtre.automl.candidate import History, Training
from philtre.automl.folds import folds
from philtre.automl.plan import STEPS, Pace, Plan
from philtre.fields import Array
from philtre.nn import Model
from philtre.train.scan import Course, Objective, many_steps, predictor, start, stream

HELD = (7, 5_000)
"""One row in so many is held out to stop by, and at most so many rows."""
FEW = 100
"""Of fewer rows none is held out."""
PATIENCE = 0.35
"""Share of the schedule without a smaller loss that ends a training."""
BLOCK = 4_096
"""Rows that are judged at once."""
WEIGHT_DECAY = 0.02


def _kernels(parameters: Any) -> Any:
    return {layer: {name: name == "kernel" for name in arrays} for layer, arrays in parameters.items()}


OPTIMIZER = optax.chain(optax.scale_by_adam(b2=0.98), optax.add_decayed_weights(WEIGHT_DECAY, mask=_kernels))
"""AdamW for a learning rate of 1. Reference: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is trained.

    Attributes:
        model: the graph of layers.
        loss: the model's output and targets to float32[n]; one object for all tasks alike, which then share a
            compilation.
        judge: the model's output and targets to float[n], computed on rows held out.
    """

    model: Model
    loss: Objective
    judge: Callable[[Array, Array], Array]


class Found(NamedTuple):
    """The parameters that a training found, where on the schedule, 0 to 1, and a row of figures for each epoch.

    `again` is how many seconds it would take a second time, when all is compiled.
    """

    parameters: Any
    progress: float
    history: History
    again: float = 0.0


def train(task: Task, plan: Plan, training: Training, x: Array, *, progress: float | None = None) -> Found:
    """Train on encoded features.

    Args:
        task: model and losses.
        plan: length and rates.
        training: targets, weights, seed and deadline; the schedule shortens near the deadline.
        x: float32[n, d], what the model takes.
        progress: where on the schedule to stop; None holds rows out and finds where their loss is smallest.

    Returns:
        The parameters that were best on the rows held out, else the last.
    """
    return _Run(task, plan, training, x, progress).train()


class _Run:
    def __init__(self, task: Task, plan: Plan, training: Training, x: Array, progress: float | None) -> None:
        self.task, self.plan, self.training = task, plan, training
        self.end = progress or 1.0
        self.weights = np.ones(len(x), np.float32) if training.weights is None else training.weights.astype(np.float32)
        fitted, self.held = split(training, hold=progress is None)
        self.x, self.blocks = x, [_padded(x[rows]) for rows in np.split(self.held, range(BLOCK, len(self.held), BLOCK))]
        pieces = stream(len(fitted), plan.batch_size, STEPS, seed=training.seed)
        self.batches: Iterator[Array] = (fitted[piece] for piece in pieces)
        self.advance = many_steps(task.model, task.loss, OPTIMIZER)
        self.history: list[dict[str, float]] = []

    def train(self) -> Found:
        """Go along the schedule; keep the best."""
        course = start(self.task.model, OPTIMIZER)(np.uint32(self.training.seed % 2**32))
        pace, point, least, best = Pace(self.plan, self.training.deadline), 0.0, math.inf, Found(None, 0.0, ())
        while point < self.end - 0.5 / self.plan.epochs and not (self.history and self.training.late):
            begin, point = point, min(1.0, point + pace.width(point))
            course, loss = self._epoch(course, begin, point)
            row = {"epoch": len(self.history) + 1.0, "loss": loss} | self._judged(course.parameters)
            self.history.append(row)
            if row.get("validation_loss", -math.inf) < least:
                least = row.get("validation_loss", math.inf)
                best = Found(jax.device_get(course.parameters), point, self.history)
            elif point - best.progress >= PATIENCE:
                break
        return best._replace(again=pace.again)

    def _epoch(self, course: Course, begin: float, end: float) -> tuple[Course, float]:
        losses = []
        for rates in self.plan.rates(begin, end):
            rows = next(self.batches)
            course, values = self.advance(course, self.x[rows], self.training.y[rows], self.weights[rows], rates)
            losses.append(values)
            if self.training.late:
                break
        return course, float(np.mean(jax.device_get(losses)))

    def _judged(self, parameters: Any) -> dict[str, float]:
        """The loss on the rows held out, where there are any."""
        if not len(self.held):
            return {}
        predict = predictor(self.task.model)
        output = np.concatenate([np.asarray(predict(parameters, block)) for block in self.blocks])[: len(self.held)]
        losses = self.task.judge(output, self.training.y[self.held])
        return {"validation_loss": float(np.average(losses, weights=self.weights[self.held]))}


def split(training: Training, *, hold: bool) -> tuple[Array, Array]:
    """Rows to fit, and rows held out, of each class its share; none of a small table, or where none are wanted."""
    n = len(training.y)
    if not hold or n < FEW:
        return np.arange(n), np.arange(0)
    count = max(HELD[0], math.ceil(n / HELD[1]))
    return folds(training.y, count, seed=training.seed, stratified=training.classes is not None)[0]


def _padded(x: Array) -> Array:
    """Rows of zeros are added up to a power of two, so that tables of about one size share a compilation."""
    rows = 1 << max(0, len(x) - 1).bit_length()
    return np.concatenate([x, np.zeros((rows - len(x), *x.shape[1:]), x.dtype)])
