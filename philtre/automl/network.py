"""The network candidates: a perceptron over binned numbers, alone or as an ensemble that shares its kernels."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

from philtre import nn
from philtre.automl.calibration import fit_temperature
from philtre.automl.calibration import softmax as calibrated
from philtre.automl.candidate import Fit, Training, scores_program
from philtre.automl.course import Task, train
from philtre.automl.encoder import Encoder
from philtre.automl.plan import Plan
from philtre.fields import Array
from philtre.ops import softmax

RATES = {"classification": 2e-3, "regression": 6e-3}
MULTIPLE = 32
"""The width of encoded features is rounded up to a multiple of this, so that folds share a compilation."""
TINY = 1e-30
"""Keeps the logarithm of a probability finite."""


@dataclass(frozen=True)
class Network:
    """Numbers become shares of bins; two hidden layers follow; every member has a head of its own.

    Training is AdamW on a cosine schedule with dropout, and stops where the loss on rows held out is smallest.

    Args:
        name: how tables and options call it.
        members: size of the ensemble; their probabilities, or predictions, are averaged.
        width: units of a hidden layer.
        bins: most bins of a number.
        dropout: share of the hidden units that a step leaves out.
        steps: about how many steps a training takes, unless the table is large.

    Reference: Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep Learning", 2022;
    Gorishniy, Kotelnikov and Babenko, "TabM", 2025; Holzmüller, Grinsztajn and Steinwart, "Better by Default", 2024.
    """

    name: str = "network"
    members: int = 1
    width: int = 128
    bins: int = 64
    dropout: float = 0.15
    steps: int = 1_000

    def fit(self, training: Training, hints: Mapping[str, float] | None = None) -> Fit:
        """Train; hints that name "progress" say where on the schedule to stop, and then no rows are held out."""
        encode = Encoder.fit(training.x, self.bins)
        x = np.asarray(encode(jnp.asarray(training.x)))
        width = MULTIPLE * -(-x.shape[1] // MULTIPLE)
        x = np.pad(x, ((0, 0), (0, width - x.shape[1])))
        model = perceptron(width, training.outputs, self.members, self.width, self.dropout)
        task = Task(model, *((cross_entropy, log_loss) if training.classes else (squared_errors, squared_error)))
        rate = RATES["classification" if training.classes else "regression"]
        plan = Plan.of(len(x), self.steps, rate)
        found = train(task, plan, training, x, progress=(hints or {}).get("progress"))
        first = next(iter(found.parameters))
        kernel = found.parameters[first]["kernel"][: encode.width]
        parameters = found.parameters | {first: {"kernel": kernel}}
        trained = perceptron(encode.width, training.outputs, self.members, self.width, self.dropout)
        average = mean_log_probabilities if training.classes else mean_prediction

        def scores(features: jax.Array) -> jax.Array:
            return average(trained.apply(parameters, encode(features)))

        program = scores_program(scores, encode.d, training.outputs, name=self.name)
        return Fit(program, {"progress": found.progress}, found.history, found.again)


@lru_cache(maxsize=16)
def perceptron(d: int, k: int, members: int, width: int, dropout: float) -> nn.Model:
    """The model from encoded features float32[n, d] to float32[n, members, k]; one object for the same sizes."""
    return (
        nn.input("encoded", shape=(None, d))
        | nn.dense(width, bias=False)
        | nn.members(members)
        | nn.silu
        | nn.dropout(dropout)
        | nn.dense(width, activation=nn.silu)
        | nn.dropout(dropout)
        | nn.heads(k)
    )


def cross_entropy(scores: jax.Array, y: jax.Array) -> jax.Array:
    """float[n]: of members' logits float[n, m, k] and classes int[n], the mean of the members' losses."""
    losses = jax.nn.log_softmax(scores) * jax.nn.one_hot(y, scores.shape[-1], dtype=scores.dtype)[:, None, :]
    return -losses.sum(axis=-1).mean(axis=-1)


def squared_errors(predictions: jax.Array, y: jax.Array) -> jax.Array:
    """float[n]: of members' predictions float[n, m, 1] and values float[n], the mean of the members' losses."""
    return ((predictions[..., 0] - y[:, None]) ** 2).mean(axis=-1)


def mean_log_probabilities(scores: jax.Array) -> jax.Array:
    """Average members' logits float[n, m, k] to logits float[n, k]: the logarithm of the mean probability."""
    if scores.shape[1] == 1:
        return jnp.squeeze(scores, axis=1)
    return jnp.log(jnp.maximum(softmax(scores, axis=-1).mean(axis=1), jnp.asarray(TINY, scores.dtype)))


def mean_prediction(predictions: jax.Array) -> jax.Array:
    """Average members' predictions float[n, m, 1] to float[n, 1]."""
    return predictions.mean(axis=1)


def log_loss(scores: Array, y: Array) -> Array:
    """float[n]: the loss of the averaged probabilities at the temperature that suits them best.

    Networks go on to tell classes apart better when they are long too certain; what is too certain is calibrated
    later. Reference: Berta, Holzmüller, Jordan and Bach, "Rethinking Early Stopping: Refine, Then Calibrate", 2025.
    """
    averaged = np.asarray(mean_log_probabilities(jnp.asarray(scores)))
    probabilities = calibrated(averaged, fit_temperature(averaged, y))
    return -np.log(np.maximum(probabilities[np.arange(len(y)), y], TINY))


def squared_error(predictions: Array, y: Array) -> Array:
    """float[n]: the loss of the averaged prediction."""
    return np.asarray((predictions.mean(axis=1)[:, 0] - y) ** 2)
