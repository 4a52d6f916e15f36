"""Many steps in one dispatch: compiled once for a model, then used by every run of the same shapes."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from philtre.fields import Array
from philtre.nn import Model

QUICK = {"xla_backend_optimization_level": 0, "xla_cpu_parallel_codegen_split_count": 1}
"""Compile with haste what runs once: a third of the time."""
Objective = Callable[[jax.Array, jax.Array], jax.Array]
"""Predictions and targets to float32[n], the loss of each row."""


class Course(NamedTuple):
    """What changes from step to step; it stays on the device."""

    parameters: Any
    optimizer: Any
    key: jax.Array


@lru_cache(maxsize=16)
def many_steps(model: Model, loss: Objective, optimizer: optax.GradientTransformation) -> Callable[..., Any]:
    """Compile a scan over steps of training.

    The learning rate is an argument, so that one compilation serves every schedule; `optimizer` therefore gives
    updates for a rate of 1.

    Args:
        model: a graph of layers; equal models share a compilation.
        loss: predictions and targets to float32[n].
        optimizer: of optax, one object for every call.

    Returns:
        A function of a `Course` (which it consumes), x[steps, n, d], y[steps, n], weights[steps, n] of mean 1 and
        rates[steps]; it gives the next `Course` and float32[steps], the losses.
    """

    def step(course: Course, batch: tuple[Any, ...]) -> tuple[Course, jax.Array]:
        x, y, weights, rate = batch
        key, own = jax.random.split(course.key)

        def objective(parameters: Any) -> jax.Array:
            losses = loss(model.apply(parameters, x, mode="train", key=own), y)
            return jnp.mean(losses * weights)

        value, gradients = jax.value_and_grad(objective)(course.parameters)
        updates, state = optimizer.update(gradients, course.optimizer, course.parameters)
        parameters = jax.tree.map(lambda p, u: p - rate * u, course.parameters, updates)
        return Course(parameters, state, key), value

    return jax.jit(lambda course, *batches: jax.lax.scan(step, course, batches), donate_argnums=0)


@lru_cache(maxsize=16)
def start(model: Model, optimizer: optax.GradientTransformation) -> Callable[[Any], Course]:
    """Compile the beginning of a course: parameters, the optimizer's state and the key of the noise, from a seed."""

    def begin(seed: jax.Array) -> Course:
        parameters = model.init(jax.random.key(seed, impl="unsafe_rbg"))
        return Course(parameters, optimizer.init(parameters), jax.random.key(seed, impl="rbg"))

    return jax.jit(begin, compiler_options=QUICK)


@lru_cache(maxsize=16)
def predictor(model: Model) -> Callable[[Any, Any], Any]:
    """Compile the model in inference mode, over parameters and x."""
    return jax.jit(model.apply)


def stream(rows: int, batch_size: int, steps: int, *, seed: int) -> Iterator[Array]:
    """Draw rows without end: one shuffled pass after another, in pieces int64[steps, batch_size].

    Example:
        >>> pieces = stream(6, 2, 2, seed=0)
        >>> first, second, third = next(pieces), next(pieces), next(pieces)
        >>> sorted(np.concatenate([first, second, third]).ravel().tolist())
        [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    """
    random = np.random.default_rng(seed)
    waiting = np.empty(0, np.int64)
    while True:
        while len(waiting) < steps * batch_size:
            waiting = np.concatenate([waiting, random.permutation(rows)])
        piece, waiting = waiting[: steps * batch_size], waiting[steps * batch_size :]
        yield piece.reshape(steps, batch_size)
