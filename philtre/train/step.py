"""The compiled steps: one batch of training, one batch of evaluation, sums kept on the device."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from philtre.errors import TrainingError
from philtre.nn import Model
from philtre.train.losses import Loss
from philtre.train.metrics import Metric

NEVER = np.int32(-1)


class Carry(NamedTuple):
    """What a training step takes and gives back; it stays on the device."""

    parameters: Any
    optimizer: Any
    key: jax.Array
    sums: Any
    step: Any
    """Batches done in this epoch."""
    broken: Any
    """First batch of the epoch whose loss was not finite; -1 for none."""


def train_step(
    model: Model, loss: Loss, optimizer: optax.GradientTransformation, metrics: tuple[Metric, ...]
) -> Callable[[Carry, Any, Any, Any], Carry]:
    """Make the step of training: gradient of the weighted mean loss, update, sums for the metrics."""

    def step(carry: Carry, x: Any, y: Any, weights: Any) -> Carry:
        key, own = jax.random.split(carry.key)

        def objective(parameters: Any) -> tuple[Any, tuple[Any, Any]]:
            predictions = model.apply(parameters, x, mode="train", key=own)
            losses = loss(predictions, y)
            return (losses * weights).sum() / weights.sum(), (predictions, losses)

        gradient = jax.value_and_grad(objective, has_aux=True)
        (value, (predictions, losses)), gradients = gradient(carry.parameters)
        updates, state = optimizer.update(gradients, carry.optimizer, carry.parameters)
        sums = jax.tree.map(jnp.add, carry.sums, measure(metrics, losses, predictions, y, weights))
        broken = jnp.where((carry.broken < 0) & ~jnp.isfinite(value), carry.step, carry.broken)
        parameters = optax.apply_updates(carry.parameters, updates)
        return Carry(parameters, state, key, sums, carry.step + np.int32(1), broken)

    return step


def evaluation_step(model: Model, loss: Loss, metrics: tuple[Metric, ...]) -> Callable[[Any, Any, Any, Any, Any], Any]:
    """Make the step of evaluation: sums of one batch in inference mode, added to those before."""

    def step(sums: Any, parameters: Any, x: Any, y: Any, weights: Any) -> Any:
        predictions = model.apply(parameters, x)
        return jax.tree.map(jnp.add, sums, measure(metrics, loss(predictions, y), predictions, y, weights))

    return step


def measure(metrics: tuple[Metric, ...], losses: Any, predictions: Any, y: Any, weights: Any) -> dict[str, Any]:
    """Sums of the loss and the metrics over one batch."""
    sums = {metric.name: metric.sums(predictions, y, weights) for metric in metrics}
    return {"loss": {"total": (losses * weights).sum(), "count": weights.sum()}, **sums}


def sum_shapes(metrics: tuple[Metric, ...], losses: Any, predictions: Any, y: Any, weights: Any) -> Any:
    """Shapes and dtypes of what `measure` gives, without computing it."""
    return jax.eval_shape(lambda *arrays: measure(metrics, *arrays), losses, predictions, y, weights)


def figures(metrics: tuple[Metric, ...], sums: Mapping[str, Any]) -> dict[str, float]:
    """Turn sums over an epoch into the loss and the metrics."""
    known: dict[str, dict[str, float]] = jax.tree.map(float, jax.device_get(sums))
    loss = known["loss"]["total"] / known["loss"]["count"]
    return {"loss": loss, **{metric.name: metric.finish(known[metric.name]) for metric in metrics}}


class Padding:
    """Brings every batch to the size of the first, so that one compilation serves all; weights tell what is real.

    Raises:
        TrainingError: if a batch is larger than the first, or its arrays differ in shape or dtype.
    """

    def __init__(self) -> None:
        self.size: int | None = None
        self.kinds: Any = None

    def __call__(self, x: Any, y: Any) -> tuple[Any, Any, np.ndarray[Any, Any]]:
        arrays, tree = jax.tree.flatten((x, y))
        arrays = [np.asarray(array) if not isinstance(array, jax.Array) else array for array in arrays]
        rows = {array.shape[:1] for array in arrays}
        kinds = (tree, [(array.shape[1:], array.dtype) for array in arrays])
        if self.size is None and len(rows) == 1 and rows != {()}:
            self.size, self.kinds = len(arrays[0]), kinds
        count = len(arrays[0]) if arrays[0].ndim else 0
        if len(rows) != 1 or kinds != self.kinds or self.size is None or not 0 < count <= self.size:
            raise TrainingError("batch", expected=_shown(self.size, self.kinds), got=_shown(rows, kinds))
        weights = np.zeros(self.size, np.float32)
        weights[:count] = 1
        if count < self.size:
            arrays = [np.concatenate([a, np.repeat(a[-1:], self.size - count, axis=0)]) for a in arrays]
        x, y = jax.tree.unflatten(tree, arrays)
        return x, y, weights


def _shown(rows: Any, kinds: Any) -> str:
    if kinds is None:
        return "as many targets as inputs, at least one row"
    arrays = ", ".join(f"{dtype}[n, {', '.join(map(str, shape))}]".replace(", ]", "]") for shape, dtype in kinds[1])
    return f"{arrays} with n = {rows}" if not isinstance(rows, int) else f"{arrays} with n <= {rows}"
