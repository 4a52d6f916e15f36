"""The loop: an immutable description of training; each run starts afresh."""

import itertools
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
import optax

from philtre.errors import TrainingError
from philtre.nn import Model
from philtre.train.batches import Pair, epoch_of
from philtre.train.early import EarlyStop
from philtre.train.losses import Loss
from philtre.train.losses import named as named_loss
from philtre.train.metrics import Metric
from philtre.train.metrics import named as named_metric
from philtre.train.progress import ProgressBar
from philtre.train.state import Action, Event, Handler, State
from philtre.train.step import NEVER, Carry, Padding, evaluation_step, figures, sum_shapes, train_step
from philtre.train.trained import Trained

Handlers = dict[str, Handler]


@dataclass(frozen=True, eq=False)
class Loop:
    """A description of training; every method gives a new one.

    Example:
        >>> import numpy as np, optax
        >>> from philtre import nn, train
        >>> x = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]])
        >>> y = np.float32([[0], [0], [0], [1]])
        >>> model = nn.input("x", shape=(None, 2)) | nn.dense(1, activation=nn.sigmoid)
        >>> loop = train.Loop.trainer(model, loss="binary_cross_entropy", optimizer=optax.adam(0.1))
        >>> trained = loop.metric("accuracy").run(train.batches(x, y, batch_size=4), epochs=200)
        >>> trained.history[-1]["accuracy"]
        1.0
        >>> trained.program(x).round().ravel().tolist()
        [0.0, 0.0, 0.0, 1.0]
    """

    model: Model
    loss: Loss
    optimizer: optax.GradientTransformation
    seed: int = 0
    metrics: tuple[Metric, ...] = ()
    validation: Any = None
    factories: tuple[Callable[[], Handlers], ...] = field(default=())

    @classmethod
    def trainer(
        cls,
        model: Model,
        *,
        loss: str | Loss | Callable[[Any, Any], Any],
        optimizer: optax.GradientTransformation,
        seed: int = 0,
    ) -> "Loop":
        """Describe how a model is trained.

        Args:
            model: the graph of layers.
            loss: a loss, its name (then predictions are probabilities, see `train.losses`), or a function of
                predictions and targets to float[n].
            optimizer: any of optax, with its schedule.
            seed: decides initial parameters and dropout; same seed and data, same bits.

        Raises:
            TrainingError: if there is no loss of that name.
        """
        return cls(model, named_loss(loss), optimizer, seed)

    def metric(self, metric: str | Metric) -> "Loop":
        """Follow a metric, exact over each epoch; its name becomes a column of the history.

        Raises:
            TrainingError: if there is no metric of that name, or it is followed already.
        """
        added = named_metric(metric)
        if added.name in ["loss", *(known.name for known in self.metrics)]:
            raise TrainingError("metric", expected="a name of its own", got=f"'{added.name}' twice")
        return replace(self, metrics=(*self.metrics, added))

    def validate(self, data: Any) -> "Loop":
        """Evaluate loss and metrics after each epoch on other data, as "validation_loss" and so on.

        Args:
            data: what `run` takes, or a pair of arrays.
        """
        return replace(self, validation=data)

    def early_stop(self, metric: str, *, patience: int = 3, mode: Literal["min", "max"] = "min") -> "Loop":
        """Stop when a figure has not improved for `patience` epochs; the best parameters are given back.

        Args:
            metric: a column of the history, such as "validation_loss".
            patience: epochs to wait (at least 1).
            mode: whether smaller or larger is better.

        Raises:
            TrainingError: if patience or mode is none.
        """
        if patience < 1 or mode not in ("min", "max"):
            got = f"patience {patience}, mode {mode!r}"
            raise TrainingError("early_stop", expected="a patience of at least 1, mode 'min' or 'max'", got=got)
        return self._handled(lambda: EarlyStop(metric, patience, mode).handlers)

    def handle(self, event: Event, handler: Handler) -> "Loop":
        """Call a function at an event: "started", "epoch_started", "iteration_completed", "epoch_completed" or
        "completed". It sees the `State` and may return `Action.HALT`. Handlers run in the order they were added.
        """
        return self._handled(lambda: {event: handler})

    def run(self, data: Any, *, epochs: int = 1, parameters: Any = None, progress: bool | None = None) -> Trained:
        """Train.

        Args:
            data: `train.batches(x, y)`, or any iterable of (x, y) pairs that can be iterated once an epoch.
            epochs: how often to go through the data.
            parameters: to start from; by default made from the seed.
            progress: show a progress bar; by default where stderr is a terminal.

        Raises:
            TrainingError: if there is no data, a batch or its targets do not fit, or the loss is not finite (it names
                epoch and batch).
        """
        return _Run(self, data, epochs, progress).train(parameters)

    def _handled(self, factory: Callable[[], Handlers]) -> "Loop":
        return replace(self, factories=(*self.factories, factory))


class _Run:
    """One run of a loop: its compiled steps, its handlers, its state."""

    def __init__(self, loop: Loop, data: Any, epochs: int, progress: bool | None) -> None:
        self.loop = loop
        self.data = data
        self.state = State(epochs)
        self.handlers = [factory() for factory in loop.factories]
        if progress if progress is not None else sys.stderr.isatty():
            self.handlers.append(ProgressBar().handlers)
        self.step = jax.jit(train_step(loop.model, loop.loss, loop.optimizer, loop.metrics), donate_argnums=0)
        self.evaluate = jax.jit(evaluation_step(loop.model, loop.loss, loop.metrics), donate_argnums=0)
        self.padding, self.validation_padding = Padding(), Padding()
        self.shapes: Any = None

    def train(self, parameters: Any) -> Trained:
        """Go through the epochs, then give back what was found."""
        key = jax.random.key(self.loop.seed)
        if parameters is None:
            parameters = self.loop.model.init(jax.random.fold_in(key, 0))
        parameters = jax.tree.map(jnp.array, parameters)
        carry = Carry(
            parameters,
            self.loop.optimizer.init(parameters),
            jax.random.fold_in(key, 1),
            None,
            np.int32(0),
            NEVER,
        )
        self.state.parameters = carry.parameters
        self._emit("started")
        try:
            for epoch in range(self.state.epochs):
                carry, halted = self._epoch(carry, epoch)
                if halted:
                    break
        finally:
            self._emit("completed")
        return Trained(self.loop.model, jax.device_get(self.state.parameters), self.state.history)

    def _epoch(self, carry: Carry, epoch: int) -> tuple[Carry, bool]:
        began = time.perf_counter()
        self.state.epoch, self.state.iteration = epoch, 0
        halted = self._emit("epoch_started")
        for x, y in self._first(epoch_of(self.data, epoch), f"epoch {epoch + 1}"):
            batch = self.padding(x, y)
            if self.state.iteration == 0:
                carry = carry._replace(sums=self._zeros(carry.parameters, *batch), step=np.int32(0), broken=NEVER)
            carry = self.step(carry, *batch)
            self.state.parameters = carry.parameters
            self.state.iteration += 1
            if self._emit("iteration_completed"):
                halted = True
                break
        self.state.batches = self.state.iteration
        row = {"epoch": float(epoch + 1), **figures(self.loop.metrics, carry.sums)}
        self._check_finite(row["loss"], int(carry.broken), epoch)
        row |= self._validate(carry.parameters)
        self.state.history.append(row | {"seconds": time.perf_counter() - began})
        halted = self._emit("epoch_completed") or halted
        return carry._replace(parameters=self.state.parameters), halted

    def _validate(self, parameters: Any) -> dict[str, float]:
        if self.loop.validation is None:
            return {}
        sums = None
        for x, y in self._first(epoch_of(self.loop.validation, 0), "validation"):
            batch = self.validation_padding(x, y)
            sums = self._zeros(parameters, *batch) if sums is None else sums
            sums = self.evaluate(sums, parameters, *batch)
        found = figures(self.loop.metrics, sums)  # type: ignore[arg-type]
        return {f"validation_{name}": value for name, value in found.items()}

    def _zeros(self, parameters: Any, x: Any, y: Any, weights: Any) -> Any:
        if self.shapes is None:
            predictions = jax.eval_shape(self.loop.model.apply, parameters, x)
            losses = jax.eval_shape(self.loop.loss, predictions, y)
            self.shapes = sum_shapes(self.loop.metrics, losses, predictions, y, weights)
        return jax.tree.map(lambda shape: jnp.zeros(shape.shape, shape.dtype), self.shapes)

    def _first(self, pairs: Iterator[Pair], where: str) -> Iterator[Pair]:
        """Refuse data without a batch."""
        first = next(pairs, None)
        if first is None:
            hint = "a generator runs once: give something that can be iterated in every epoch"
            raise TrainingError(where, expected="at least one batch", got="none", hint=hint)
        if not (isinstance(first, tuple | list) and len(first) == 2):
            raise TrainingError(where, expected="pairs of inputs and targets", got=f"a {type(first).__name__}")
        return itertools.chain([first], pairs)

    def _check_finite(self, loss: float, broken: int, epoch: int) -> None:
        if broken < 0 and math.isfinite(loss):
            return
        last = f"; the last good loss was {self.state.history[-1]['loss']:.4g}" if self.state.history else ""
        raise TrainingError(
            f"epoch {epoch + 1}, batch {broken + 1}",
            expected="a finite loss",
            got=f"nan or infinity{last}",
            hint="lower the learning rate, or look for missing values in the data",
        )

    def _emit(self, event: Event) -> bool:
        """Call the handlers of an event; whether one asked to halt."""
        actions = [handlers[event](self.state) for handlers in self.handlers if event in handlers]
        return Action.HALT in actions
