"""What recurrent layers share: the walk along time, and rows of different lengths."""

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.primitive import Options, Resolve

State = tuple[Any, ...]
Step = Callable[[State, Any], State]


def walk(step: Step, state: State, gates: Any, lengths: Any, *, reverse: bool) -> tuple[Any, State]:
    """Carry a state along time, at every step by the gates' share of the input.

    Args:
        step: takes the state and [..., gates] of one step, returns the next state, the output first.
        state: arrays [..., h].
        gates: [..., t, gates].
        lengths: int[...] or None: a row stands still beyond its length, and its outputs there are 0.
        reverse: walk from the end to the start.
    Returns:
        outputs [..., t, h], last state.
    """
    time = jnp.arange(gates.shape[-2], dtype=jnp.int32)

    def body(state: State, each: tuple[Any, Any]) -> tuple[State, Any]:
        now, gate = each
        after = step(state, gate)
        if lengths is None:
            return after, after[0]
        inside = (now < lengths)[..., None]
        kept = tuple(jnp.where(inside, new, old) for new, old in zip(after, state, strict=True))
        return kept, jnp.where(inside, after[0], jnp.zeros_like(after[0]))

    last, outputs = lax.scan(body, state, (time, jnp.moveaxis(gates, -2, 0)), reverse=reverse)
    return jnp.moveaxis(outputs, 0, -2), last


def start(given: Any, x: Any, size: int, dtype: Any) -> Any:
    """The state that was given, or zeros [..., size] for x [..., t, d]."""
    return jnp.zeros((*x.shape[:-2], size), dtype) if given is None else given.astype(dtype)


def check(name: str, gates: int) -> Resolve:
    """Check the shapes of a layer whose kernels hold so many gates side by side."""

    def resolve(arrays: list[Any], options: Options) -> Options:
        x, kernel, recurrent = arrays[:3]
        size = recurrent.shape[0]
        if kernel.shape != (x.shape[-1], gates * size) or recurrent.shape != (size, gates * size):
            raise SignatureError(
                name, expected=f"x [..., t, d], kernel [d, {gates}h], recurrent [h, {gates}h]",
                got=f"{x.shape}, {kernel.shape}, {recurrent.shape}",
            )  # fmt: skip
        return options

    return resolve


def batch(states: Sequence[int]) -> Any:
    """Batch rule: the mapped axis leads x, the states and the lengths; weights are shared.

    Args:
        states: which arguments have the leading axes of x.
    """

    def rule(arrays: list[Any], axes: list[int | None], options: Options) -> tuple[list[Any], Options, int] | None:
        shared = set(range(1, len(arrays))) - set(states)
        if axes[0] is None or any(axes[index] is not None for index in shared):
            return None
        size = arrays[0].shape[axes[0]]
        moved = list(arrays)
        for index in (0, *states):
            if arrays[index] is not None:
                moved[index] = _lead(arrays[index], axes[index], size)
        return moved, options, 0

    return rule


def _lead(array: Any, axis: int | None, size: Any) -> Any:
    return jnp.broadcast_to(array, (size, *array.shape)) if axis is None else jnp.moveaxis(array, axis, 0)
