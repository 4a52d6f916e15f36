"""What a run gives back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from philtre.nn import Model
from philtre.program import Program


@dataclass(frozen=True, eq=False)
class Trained:
    """A model with the parameters that a run found.

    Attributes:
        model: the graph of layers.
        parameters: arrays by layer and name.
        history: a row of figures for each epoch.
    """

    model: Model
    parameters: Any
    history: list[dict[str, float]]

    @cached_property
    def program(self) -> Program:
        """The program of the model with these parameters, in inference mode."""
        return self.model.program(self.parameters)
