"""The outcome of a training as people and as programs read it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from philtre.automl import FittedTable, Result

SHOWN = 5
"""So many of the most important columns are told."""


def show(console: Any, fitted: "FittedTable") -> None:
    """Print the candidates, which one was taken and why, and what else was learned of it."""
    from rich.table import Table

    table = Table("candidate", "score", "fit", "file", "one row", "", box=None, pad_edge=False)
    for result in fitted.candidates:
        table.add_row(result.name, *_cells(result), style="bold" if result.name == fitted.chosen else None)
    console.print(table)
    lines = [f"\n{fitted.chosen}: {fitted.reason}", str(fitted.score), *_tuned(fitted)]
    best = ", ".join(f"{each.column} {each.mean:.3f}" for each in fitted.importance[:SHOWN])
    lines += [f"importance: {best}", *(f"note: {note}" for note in fitted.notes)]
    console.print("\n".join(lines), markup=False, highlight=False)


def as_json(fitted: "FittedTable", model: Path, report: Path | None) -> dict[str, Any]:
    """Collect what `train --json` prints, as JSON values."""
    return {
        "model": str(model),
        "bytes": model.stat().st_size,
        "report": None if report is None else str(report),
        "target": fitted.recipe.target.name,
        "task": fitted.recipe.target.task,
        "rows": fitted.frame.height,
        "chosen": fitted.chosen,
        "reason": fitted.reason,
        "candidates": [_candidate(result) for result in fitted.candidates],
        "metrics": fitted.metrics,
        "notes": list(fitted.notes),
    }


def _candidate(result: "Result") -> dict[str, Any]:
    score = result.score
    judged = {"metric": score.metric, "mean": score.mean, "folds": list(score.folds)} if score else {}
    cost = {"seconds": result.seconds, "bytes": result.bytes, "latency_ms": result.latency_ms}
    return {"name": result.name, **judged, **(cost if score else {}), "error": result.error}


def _cells(result: "Result") -> tuple[str, ...]:
    if result.score is None:
        return ("-", "-", "-", "-", result.error)
    spread = f" +- {result.score.deviation:.4f}" if len(result.score.folds) > 1 else ""
    score = f"{result.score.mean:.4f}{spread}"
    return (score, f"{result.seconds:.1f} s", f"{result.bytes / 1000:.0f} kB", f"{result.latency_ms:.2f} ms", "")


def _tuned(fitted: "FittedTable") -> list[str]:
    lines = []
    figures = fitted.figures
    if "calibration_error" in figures:
        before, after = figures["calibration_error_before"], figures["calibration_error"]
        lines.append(f"calibration error {before:.4f}, {after:.4f} at temperature {fitted.temperature:.2f}")
    if fitted.threshold is not None:
        gain = figures["threshold_gain"]
        lines.append(f"decision threshold {fitted.threshold:.3f}: betters the score by {gain:.4f} on unseen rows")
    if fitted.interval is not None:
        low, high = min(fitted.interval.widths), max(fitted.interval.widths)
        width = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
        lines.append(f"{fitted.interval.level:.0%} of the true values lie within {width} of the prediction")
    return lines
