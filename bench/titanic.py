"""The model and the rows that the serving benchmarks use."""

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "examples" / "data" / "titanic.csv"


@cache
def model() -> Path:
    """Train the Titanic model with the command line, once a run."""
    path = Path(tempfile.mkdtemp()) / "titanic.onnx"
    command = [sys.executable, "-m", "philtre", "train", str(DATA), "--target", "Survived", "-o", str(path)]
    subprocess.run([*command, "--folds", "2"], check=True, stdout=subprocess.DEVNULL)
    return path


def rows() -> list[dict[str, Any]]:
    """All passengers, with the fields that the model takes."""
    import philtre as ph
    from philtre.data import read

    names = list(ph.load(model()).signature.inputs)
    return read(DATA).select(names).to_dicts()
