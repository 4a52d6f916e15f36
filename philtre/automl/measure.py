"""What a program costs once it is a file: its size, and the time that one row takes."""

import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from philtre.executable import encode_frame
from philtre.program import Program
from philtre.runtime import load

RUNS = 100


class Cost(NamedTuple):
    """The cost of a model file."""

    bytes: int
    latency_ms: float


def measure(program: Program, frame: Any) -> Cost:
    """Write a program to a file and time it on one row, as it will be served.

    Args:
        program: with the frame's columns as inputs.
        frame: its first row is asked.

    Returns:
        The size in bytes, and the median of 100 runs in milliseconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = program.save(Path(folder) / "model.onnx")
        executable, size = load(path), path.stat().st_size
    wire = encode_frame(frame[:1], executable.signature)
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        executable.run(wire)
        seconds.append(time.perf_counter() - start)
    return Cost(size, float(np.median(seconds)) * 1000)
