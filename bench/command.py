"""The command ``philtre train`` as a child process, on two cores, timed as a whole."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

import philtre as ph

CORES = 2
AT_MOST = 1800


class Failed(Exception):
    """The command ended with an error, whose message this is."""


@dataclass(frozen=True)
class Trained:
    """What a command made.

    Attributes:
        model: the loaded file.
        seconds: the whole command took.
        printed: its standard output and standard error.
    """

    model: Any
    seconds: float
    printed: str

    def predict(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Answers to the rows of a frame, a column each."""
        answers: pl.DataFrame = self.model.predict(frame)
        return answers


def train(data: pl.DataFrame | Path, target: str, *options: str, separator: str = ",") -> Trained:
    """Run ``philtre train DATA --target TARGET --json`` with some options more.

    Args:
        data: a file, or rows that are written to a CSV file first.
        target: the column to learn.
        *options: of the command.
        separator: of the CSV file.

    Raises:
        Failed: if it ends with an error.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = data if isinstance(data, Path) else Path(folder) / "table.csv"
        if isinstance(data, pl.DataFrame):
            data.write_csv(file, separator=separator)
        model = Path(folder) / "model.onnx"
        command = [sys.executable, "-m", "philtre", "train", str(file), "--target", target, "-o", str(model)]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--json", *options],
            capture_output=True,
            text=True,
            timeout=AT_MOST,
            preexec_fn=_on_two_cores,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(Path(ph.__file__).parents[1])},
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            raise Failed(done.stderr.strip() or f"exit code {done.returncode}")
        return Trained(ph.load(model), seconds, done.stdout + done.stderr)


def _on_two_cores() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
