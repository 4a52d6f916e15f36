"""The report: one HTML page on how the candidates did."""

import html
import os
from pathlib import Path
from typing import TYPE_CHECKING

from philtre import artifact

if TYPE_CHECKING:
    from philtre.automl.fitted import FittedTable


def write_report(fitted: "FittedTable", path: str | os.PathLike[str]) -> Path:
    """Write the report of a fitted table as one HTML file."""
    rows = "".join(f"<tr><td>{each.name}</td><td>{each.score}</td></tr>" for each in fitted.candidates)
    page = f"<!doctype html><h1>{html.escape(fitted.recipe.target.name)}</h1><table>{rows}</table>"
    artifact.write(path, page.encode())
    return Path(path)
