"""Pictures of predicted numbers beside the true ones."""

from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.groups import group_numbers
from philtre.plot.style import BLUE, GREY, LINE, ORANGE, SQUARE, WIDTH, rows, styled
from philtre.plot.words import number

CELLS = 36


def predicted(truth: Any, prediction: Any, *, name: str = "target") -> Any:
    """Draw predictions against the truth: the darker, the more rows; on the dashed line they are equal.

    Args:
        truth: float[n].
        prediction: float[n].
        name: of the target.
    """
    true, said = np.asarray(truth, np.float64), np.asarray(prediction, np.float64)
    low, high = np.quantile(np.concatenate([true, said]), [0.002, 0.998])
    edges = np.linspace(low, high if high > low else low + 1, CELLS + 1)
    counts, _, _ = np.histogram2d(np.clip(said, low, edges[-1]), np.clip(true, low, edges[-1]), bins=[edges, edges])
    i, j = np.nonzero(counts)
    data = rows(x=edges[i], x2=edges[i + 1], y=edges[j], y2=edges[j + 1], rows=counts[i, j])
    line = rows(x=edges[[0, -1]], y=edges[[0, -1]])
    scale = alt.Scale(domain=[float(edges[0]), float(edges[-1])], nice=False)
    form: dict[str, Any] = {"format": "~s" if np.abs(edges).max() >= 1e4 else "~r", "grid": True}
    cells = (
        alt.Chart(data)
        .mark_rect(color=BLUE)
        .encode(
            x=alt.X("x:Q", scale=scale, axis=alt.Axis(title=f"predicted {name}", **form)),
            x2=alt.X2("x2"),
            y=alt.Y("y:Q", scale=scale, axis=alt.Axis(title=f"true {name}", **form)),
            y2=alt.Y2("y2"),
            opacity=alt.Opacity("rows:Q", scale=alt.Scale(type="sqrt", range=[0.12, 1]), legend=None),
        )
    )
    equal = alt.Chart(line).mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1).encode(x="x:Q", y="y:Q")
    error = number(float(np.median(np.abs(true - said))))
    chart = alt.layer(cells, equal).properties(width=SQUARE, height=SQUARE)
    return styled(chart, f"predictions against the truth: half of the rows are within {error}")


def residuals(truth: Any, prediction: Any) -> Any:
    """Draw how far predictions are from the truth: positive where they are too high."""
    errors = np.asarray(prediction, np.float64) - np.asarray(truth, np.float64)
    groups = group_numbers(errors)
    edges: Array = groups.edges  # type: ignore[assignment]
    data = rows(low=edges[:-1], high=edges[1:], rows=groups.counts)
    form = "~s" if np.abs(edges).max() >= 1e4 else "~r"
    x = alt.X(
        "low:Q", bin="binned", axis=alt.Axis(title="predicted − true", format=form, domain=True, domainColor=LINE)
    )
    bars = (
        alt.Chart(data)
        .mark_bar(color=BLUE, binSpacing=1)
        .encode(x=x, x2=alt.X2("high"), y=alt.Y("rows:Q", axis=alt.Axis(grid=True, tickCount=4, format="~s")))
    )
    zero = alt.Chart(rows(x=[0.0])).mark_rule(color=ORANGE, strokeDash=[4, 4]).encode(x="x:Q")
    chart = alt.layer(bars, zero).properties(width=WIDTH, height=SQUARE)
    return styled(chart, f"residuals: mean {number(errors.mean())}, deviation {number(errors.std())}")
