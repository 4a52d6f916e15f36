"""What handlers see of a running loop, and what they may ask for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

Event = Literal["started", "epoch_started", "iteration_completed", "epoch_completed", "completed"]


class Action(Enum):
    """What a handler asks of the loop."""

    CONTINUE = "continue"
    HALT = "halt"


@dataclass
class State:
    """A running loop, as handlers see it at an event.

    Attributes:
        epochs: number of epochs asked for.
        epoch: the current one, from 0.
        iteration: number of batches done in this epoch.
        batches: number of batches of an epoch, None until it is known.
        parameters: the current parameters, on the device.
        history: a row of figures for each finished epoch: epoch, loss, metrics, validation_..., seconds.
    """

    epochs: int
    epoch: int = 0
    iteration: int = 0
    batches: int | None = None
    parameters: Any = None
    history: list[dict[str, float]] = field(default_factory=list)


Handler = Callable[[State], Action | None]
"""Called at its event; may change `state.parameters`, may return `Action.HALT`. None is CONTINUE."""
