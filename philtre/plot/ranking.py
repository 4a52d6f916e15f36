"""Pictures of how well scores rank the rows of a class before the others."""

from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.style import BLUE, GREY, SQUARE, rows, styled
from philtre.plot.words import number, percent

POINTS = 120
"""A curve has so many points at most."""


def roc(truth: Any, scores: Any) -> Any:
    """Draw the receiver operating characteristic: what is found against what is taken for it wrongly.

    Args:
        truth: bool[n].
        scores: float[n], larger where more likely true.

    Reference: Fawcett, "An introduction to ROC analysis", 2006.
    """
    found, wrong, _ = _ranked(truth, scores)
    area = float(np.trapezoid(found, wrong))
    axes = ("wrongly taken (false positive rate)", "found (true positive rate)")
    return _curve(wrong, found, axes, (0.0, 1.0), f"ROC curve, area {number(area)}")


def precision_recall(truth: Any, scores: Any) -> Any:
    """Draw precision against recall.

    Args:
        truth: bool[n].
        scores: float[n], larger where more likely true.
    """
    found, _, precision = _ranked(truth, scores)
    share = float(np.mean(np.asarray(truth, bool)))
    axes = ("found (recall)", "right of those said (precision)")
    return _curve(
        found, precision, axes, (share, share), f"precision against recall; {percent(share)} of the rows are true"
    )


def _ranked(truth: Any, scores: Any) -> tuple[Array, Array, Array]:
    """Share of the true found, share of the others taken wrongly, and precision, at each threshold."""
    order = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    ranked, sorted_scores = np.asarray(truth, bool)[order], np.asarray(scores, np.float64)[order]
    last = np.flatnonzero(np.append(np.diff(sorted_scores) != 0, True))
    hits, said = np.cumsum(ranked)[last], last + 1
    found = np.append(0.0, hits / max(ranked.sum(), 1))
    wrong = np.append(0.0, (said - hits) / max((~ranked).sum(), 1))
    return found, wrong, np.append(1.0, hits / said)


def _curve(x: Array, y: Array, axes: tuple[str, str], by_chance: tuple[float, float], description: str) -> Any:
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), POINTS)).astype(int))
    scale = alt.Scale(domain=[0, 1], nice=False)
    across = alt.X("x:Q", scale=scale, axis=alt.Axis(title=axes[0], format=".0%", grid=True, tickCount=5))
    along = alt.Y("y:Q", scale=scale, axis=alt.Axis(title=axes[1], format=".0%", grid=True, tickCount=5))
    chance = alt.Chart(rows(x=[0.0, 1.0], y=by_chance)).mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1)
    line = alt.Chart(rows(x=x[kept], y=y[kept])).mark_line(color=BLUE, strokeWidth=2).encode(x=across, y=along)
    chart = alt.layer(chance.encode(x="x:Q", y="y:Q"), line).properties(width=SQUARE, height=SQUARE)
    return styled(chart, description)
