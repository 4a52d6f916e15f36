"""The reliability diagram: whether answers are as often right as they say."""

from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.style import BLUE, GREY, ORANGE, SQUARE, rows, styled

BINS = 15


def reliability(**answers: tuple[Any, Any]) -> Any:
    """Draw how often answers are right against how sure they are; on the dashed line they are as right as they say.

    Args:
        **answers: by the name of a curve, (bool[n]: whether the answer is right, float[n]: its probability).
    """
    tables = {name: reliability_bins(right, sure) for name, (right, sure) in answers.items()}
    data = rows(
        curve=[name for name, table in tables.items() for _ in table[0]],
        sure=np.concatenate([table[0] for table in tables.values()]),
        right=np.concatenate([table[1] for table in tables.values()]),
    )
    low = min(float(min(table[0].min(), table[1].min())) for table in tables.values())
    low = np.floor(low * 10) / 10
    scale = alt.Scale(domain=[low, 1], nice=False)
    colour = alt.Color("curve:N", scale=alt.Scale(domain=list(tables), range=[GREY, ORANGE, BLUE][: len(tables)]))
    x = alt.X(
        "sure:Q", scale=scale, axis=alt.Axis(title="probability of the answer", format=".0%", grid=True, tickCount=5)
    )
    y = alt.Y("right:Q", scale=scale, axis=alt.Axis(title="share that is right", format=".0%", grid=True, tickCount=5))
    curves = alt.Chart(data).encode(x=x, y=y, color=colour)
    equal = alt.Chart(rows(sure=[low, 1.0], right=[low, 1.0])).mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1)
    chart = alt.layer(equal.encode(x=x, y=y), curves.mark_line(strokeWidth=1.5), curves.mark_circle(size=36, opacity=1))
    return styled(
        chart.properties(width=SQUARE, height=SQUARE), "reliability: the share of right answers by their probability"
    )


def reliability_bins(right: Any, sure: Any, bins: int = BINS) -> tuple[Array, Array]:
    """Mean probability, and share that is right, in bins of equally many rows, the least sure first."""
    order = np.argsort(sure, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    means = [(np.asarray(sure)[part].mean(), np.asarray(right)[part].mean()) for part in parts]
    return np.array([mean for mean, _ in means]), np.array([share for _, share in means])
