"""Stop when a figure has not improved for a while, and give back the best parameters."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import jax

from philtre.errors import TrainingError
from philtre.train.state import Action, State


@dataclass
class EarlyStop:
    """Handler made anew for every run; see `Loop.early_stop`."""

    metric: str
    patience: int
    mode: Literal["min", "max"]
    best: float = field(default=math.nan, init=False)
    waited: int = field(default=0, init=False)
    parameters: Any = field(default=None, init=False)

    def epoch_completed(self, state: State) -> Action:
        """Compare the last row of the history with the best."""
        row = state.history[-1]
        if self.metric not in row:
            raise TrainingError("early_stop", expected=f"one of {sorted(row)}", got=repr(self.metric))
        value = row[self.metric]
        if self.parameters is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.waited = value, 0
            self.parameters = jax.device_get(state.parameters)
            return Action.CONTINUE
        self.waited += 1
        return Action.HALT if self.waited >= self.patience else Action.CONTINUE

    def completed(self, state: State) -> None:
        """Put the best parameters back."""
        state.parameters = self.parameters

    @property
    def handlers(self) -> dict[str, Callable[[State], Action | None]]:
        """What to call at which event."""
        return {"epoch_completed": self.epoch_completed, "completed": self.completed}
