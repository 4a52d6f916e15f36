"""A fitted table: a program, how it came to be, and how good it is."""

import hashlib
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from philtre.automl.options import Options
from philtre.automl.result import Importance, OutOfFold, Result
from philtre.automl.scores import Score
from philtre.data import Interval, Prepared, Recipe
from philtre.program import Program


@dataclass(frozen=True)
class FittedTable:
    """A program fitted on all rows of a table.

    Attributes:
        program: from the table's columns to label and probabilities, or to the prediction and its interval.
        recipe: how the columns are prepared.
        prepared: the recipe, fitted.
        frame: the rows it was fitted on.
        options: what was asked for.
        chosen: name of the candidate that was taken.
        reason: why.
        candidates: how each candidate did, the cheapest first; none where folds=0 left the comparison out.
        scores: of the chosen candidate, by metric.
        out_of_fold: its answers on rows that it had not seen; None where there was no comparison.
        temperature: what its scores are divided by.
        threshold: probability of the second class from which on it is the label; None for the likelier one.
        interval: the prediction intervals of a regression, where asked for.
        figures: errors of calibration before and after, the threshold's gain.
        importance: of each input column, the most important first.
        notes: what was cut for lack of time.
    """

    program: Program
    recipe: Recipe
    prepared: Prepared
    frame: Any
    options: Options
    chosen: str
    reason: str = ""
    candidates: tuple[Result, ...] = ()
    scores: dict[str, Score] = field(default_factory=dict)
    out_of_fold: OutOfFold | None = None
    temperature: float = 1.0
    threshold: float | None = None
    interval: Interval | None = None
    figures: dict[str, float] = field(default_factory=dict)
    importance: tuple[Importance, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [f"FittedTable of '{self.recipe.target.name}': {self.chosen}, {self.reason}"]
        lines += [f"  {each.name:<10} {each.score or each.error}" for each in self.candidates]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    @property
    def score(self) -> Score | None:
        """The score of the chosen candidate, in the metric that chose it."""
        return next((result.score for result in self.candidates if result.name == self.chosen), None)

    @property
    def metrics(self) -> dict[str, Any]:
        """The figures that the file keeps, as JSON values; none depends on how fast the machine is."""
        if self.score is None:
            return {}
        kept: dict[str, Any] = {"chosen_by": self.score.metric, "folds": len(self.score.folds)}
        for name, score in self.scores.items():
            kept |= {name: score.mean, f"{name}_deviation": score.deviation, f"{name}_baseline": score.baseline}
        if self.recipe.target.task == "classification":
            kept |= {"temperature": self.temperature, "threshold": self.threshold}
        if self.interval is not None:
            kept["interval"] = asdict(self.interval)
        candidates = {each.name: each.score.mean if each.score else None for each in self.candidates}
        return {**kept, **self.figures, "candidates": candidates, "importance": list(map(asdict, self.importance))}

    def save(self, path: str | os.PathLike[str], *, source: str | os.PathLike[str] | None = None) -> Path:
        """Write the ONNX file, with profiles, metrics, the recipe's code and where the data came from.

        Args:
            path: file to write.
            source: the file of the data; its name and hash become part of the provenance.

        Raises:
            ArtifactError: if the file cannot be written.
        """
        provenance: dict[str, Any] = {
            "target": self.recipe.target.name,
            "rows": self.frame.height,
            "candidate": self.chosen,
            "seed": self.options.seed,
        }
        if source is not None:
            provenance |= {"data": Path(source).name, "data_sha256": _sha256(Path(source))}
        return self.program.save(
            path, sample=self.frame, metrics=self.metrics, recipe=self.recipe.code(), provenance=provenance
        )

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the report, one HTML file: candidates, curves, errors, calibration, importance, worst rows.

        Raises:
            ArtifactError: if the file cannot be written.
        """
        from philtre.automl.report import write_report

        return write_report(self, path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
