"""A progress bar in the terminal."""

import sys
from collections.abc import Callable
from typing import Any

from philtre.errors import MissingPackage
from philtre.train.state import Action, State


class ProgressBar:
    """Handler that draws epochs, batches and the last figures with rich, on stderr."""

    def __init__(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        except ModuleNotFoundError:
            raise MissingPackage("rich", extra="train", purpose="the progress bar") from None
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.progress = Progress(*columns, TextColumn("{task.fields[figures]}"), console=Console(file=sys.stderr))
        self.task: Any = None

    def started(self, state: State) -> None:
        """Show the bar."""
        self.progress.start()
        self.task = self.progress.add_task("epoch", total=state.epochs, figures="")

    def epoch_completed(self, state: State) -> None:
        """Advance by one epoch and show its figures."""
        row = state.history[-1]
        figures = "  ".join(f"{name} {value:.4g}" for name, value in row.items() if name not in ("epoch", "seconds"))
        self.progress.update(self.task, advance=1, figures=figures)

    def completed(self, state: State) -> None:
        """Leave the finished bar on the screen."""
        self.progress.stop()

    @property
    def handlers(self) -> dict[str, Callable[[State], Action | None]]:
        """What to call at which event."""
        return {"started": self.started, "epoch_completed": self.epoch_completed, "completed": self.completed}
