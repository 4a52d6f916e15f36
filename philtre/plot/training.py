"""Pictures of how models were learned and what they rest on."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from philtre.plot.panels import STEP
from philtre.plot.style import BLUE, GREY, INK, LINE, ORANGE, WIDTH, rows, styled
from philtre.plot.words import distinct, number, shown

POINTS = 100
PLAIN = 240
NAMED = 20
"""So many columns are drawn."""


def curves(history: Sequence[Mapping[str, float]]) -> Any:
    """Draw learning curves: the loss of each epoch, on the rows that are learned and on those held out.

    Args:
        history: by epoch, "loss" and, where there is one, "validation_loss".

    Returns:
        An Altair chart.
    """
    kept = np.unique(np.linspace(0, len(history) - 1, min(len(history), POINTS)).astype(int)).tolist()
    named = {"learned rows": "loss", "held-out rows": "validation_loss"}
    points = [(i + 1, name, history[i][field]) for name, field in named.items() for i in kept if field in history[i]]
    epoch, curve, loss = (list(column) for column in zip(*points, strict=True))
    x = alt.X("epoch:Q", axis=alt.Axis(title="epoch", domain=True, domainColor=LINE, tickMinStep=1, format="~r"))
    y = alt.Y("loss:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title="loss", grid=True, tickCount=4))
    names = [name for name in named if name in curve]
    colour = alt.Color(
        "curve:N",
        legend=alt.Legend(symbolType="stroke"),
        scale=alt.Scale(domain=names, range=[BLUE, ORANGE][: len(names)]),
    )
    chart = alt.Chart(rows(epoch=epoch, curve=curve, loss=loss)).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    words = f"learning curves over {len(history)} epochs, the last loss {number(loss[-1])}"
    return styled(chart.properties(width=WIDTH, height=150), words)


def scores(folds: Mapping[str, Sequence[float]], *, baseline: float, metric: str = "score") -> Any:
    """Draw the scores of candidates: a dot for each fold, a line at their mean.

    Args:
        folds: by candidate, its score on each fold.
        baseline: the score of the trivial model.
        metric: what the score is.

    Returns:
        An Altair chart.
    """
    names = [shown(name, 24) for name in folds]
    dots = rows(name=np.repeat(names, [len(each) for each in folds.values()]), score=np.concatenate([*folds.values()]))
    means = np.array([np.mean(each) for each in folds.values()])
    y = alt.Y("name:N", sort=names, axis=alt.Axis(labelColor=INK, labelPadding=6, labelLimit=110))
    x = alt.X("score:Q", scale=alt.Scale(zero=False), axis=alt.Axis(title=metric, grid=True, tickCount=4))
    points = alt.Chart(dots).mark_circle(color=ORANGE, size=34, opacity=0.75).encode(x=x, y=y)
    middle = alt.Chart(rows(name=names, score=means)).mark_tick(color=BLUE, thickness=2.5, size=16).encode(x=x, y=y)
    trivial = alt.Chart(rows(score=[baseline])).mark_rule(color=GREY, strokeDash=[4, 4]).encode(x=x)
    best = f"{names[int(np.argmax(means))]} has the highest mean of {metric}, {number(float(means.max()))}"
    chart = alt.layer(trivial, points, middle).properties(width=PLAIN, height=26 * len(names))
    return styled(chart, f"scores of {len(names)} candidates: {best}")


def importance(
    names: Sequence[str], means: Sequence[float], deviations: Sequence[float], *, metric: str = "score"
) -> Any:
    """Draw what each column is worth: how much worse the score gets without it.

    Args:
        names: of the columns.
        means: losses of the score.
        deviations: of the same, over repeats.
        metric: what the score is.

    Returns:
        An Altair chart of the 20 that matter most.
    """
    order = np.argsort(-np.asarray(means), kind="stable")[:NAMED].tolist()
    labels = list(distinct([shown(names[i], 28) for i in order]))
    mean, spread = np.asarray(means, np.float64)[order], np.asarray(deviations, np.float64)[order]
    data = rows(name=labels, mean=mean, low=mean - spread, high=mean + spread)
    y = alt.Y("name:N", sort=labels, axis=alt.Axis(labelColor=INK, labelLimit=170, labelPadding=6, labelOverlap=False))
    x = alt.X("mean:Q", axis=alt.Axis(title=f"loss of {metric} when shuffled", grid=True, tickCount=4))
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_bar(color=BLUE, height=STEP - 8).encode(x=x)
    spreads = base.mark_rule(color=GREY, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    chart = alt.layer(bars, spreads).properties(width=WIDTH, height=(STEP + 1) * len(labels))
    most = f"{labels[0]} matters most ({number(mean[0])})" if labels else "no columns"
    return styled(chart, f"importance of columns: {most}")
