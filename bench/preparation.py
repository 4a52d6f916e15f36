"""The preparation of Titanic rows by a program on onnxruntime and by scikit-learn, each from what it takes best."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from bench import datasets
from bench.peers import sklearn_tables as peer
from philtre.data import Recipe
from philtre.data.frames import to_columns

TARGET = "Survived"


def programs(batch: int) -> dict[str, Callable[[], Any]]:
    """Calls that prepare the same rows.

    Args:
        batch: how many rows.

    Returns:
        "program" takes wire arrays, "frame and program" a Polars frame, "rows and program" a list of dicts,
        "scikit-learn" a pandas frame with categories.
    """
    table = datasets.titanic().select(*peer.TITANIC, TARGET)
    fitted = Recipe.infer(table, TARGET).fit(table)
    executable = fitted.program.compile("onnx")
    signature = executable.signature
    frame = table.drop(TARGET)[np.arange(batch) % table.height]
    rows = frame.to_dicts()
    wires = signature.encode_columns(to_columns(frame, signature))
    transformer = _transformer(table)
    pandas = peer.to_pandas(_levels(frame))
    return {
        "program": lambda: executable.run(wires),
        "frame and program": lambda: executable.run(signature.encode_columns(to_columns(frame, signature))),
        "rows and program": lambda: executable.run(signature.encode(rows)),
        "scikit-learn": lambda: transformer.transform(pandas),
    }


def _transformer(table: pl.DataFrame) -> Any:
    return peer.preparation().fit(peer.to_pandas(_levels(table.drop(TARGET))))


def _levels(frame: pl.DataFrame) -> pl.DataFrame:
    """The class of a passenger is a category, here as in the recipe."""
    return frame.cast({"Pclass": pl.String})
