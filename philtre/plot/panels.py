"""Panels: the parts that pictures of a column are put together from."""

from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.groups import Groups
from philtre.plot.outcome import Outcome
from philtre.plot.style import BLUE, GREY, INK, LINE, ORANGE, WIDTH, rows

HEIGHT = 84
STEP = 19
"""Height of one bar of frequencies."""
NAMES = 112
"""Width of the names of values."""


def bins(groups: Groups) -> Any:
    low, high = groups.edges[:-1], groups.edges[1:]  # type: ignore[index]
    chart = alt.Chart(rows(low=low, high=high, rows=groups.counts))
    y = alt.Y("rows:Q", axis=alt.Axis(grid=True, tickCount=3, format="~s", minExtent=34))
    return (
        chart.mark_bar(color=BLUE, binSpacing=1).encode(x2=alt.X2("high"), y=y).properties(width=WIDTH, height=HEIGHT)
    )


def scale(groups: Groups, *, labels: bool = True, title: str | None = None) -> Any:
    edges: Array = groups.edges  # type: ignore[assignment]
    form: dict[str, Any] = (
        {} if groups.time else {"format": "~s" if np.abs(edges).max() >= 1e5 or np.ptp(edges) < 1e-3 else "~r"}
    )
    scale = alt.Scale(domain=[float(edges[0]), float(edges[-1])], nice=False, **_utc(groups))
    axis = alt.Axis(labels=labels, domain=True, domainColor=LINE, title=title, labelFlush=True, **form)
    return alt.X("low:T" if groups.time else "low:Q", bin="binned", scale=scale, axis=axis)


def _utc(groups: Groups) -> dict[str, Any]:
    return {"type": "utc"} if groups.time else {}


def bars(groups: Groups, width: int) -> Any:
    special = groups.special if groups.special is not None else np.zeros(len(groups.labels), bool)
    chart = alt.Chart(rows(label=groups.labels, rows=groups.counts, special=special))
    bars = chart.mark_bar(height=STEP - 7).encode(
        x=alt.X("rows:Q", axis=alt.Axis(grid=True, tickCount=2, format="~s", labelFlush=True)),
        y=_names(groups),
        color=alt.Color("special:N", scale=alt.Scale(domain=[False, True], range=[BLUE, GREY]), legend=None),
    )
    return bars.properties(width=width, height=STEP * len(groups.labels))


def _names(groups: Groups, *, labels: bool = True) -> Any:
    axis = alt.Axis(
        labels=labels, labelPadding=6, labelColor=INK, labelOverlap=False, labelLimit=NAMES, minExtent=NAMES * labels
    )
    return alt.Y("label:N", sort=list(groups.labels), axis=axis, scale=alt.Scale(paddingInner=0.2))


def outcome_of_bins(groups: Groups, result: Outcome) -> Any:
    edges: Array = groups.edges  # type: ignore[assignment]
    if result.classes and not result.binary:
        chart = alt.Chart(_shares(groups, result, low=edges[:-1], high=edges[1:])).mark_bar(binSpacing=1)
        drawn = chart.encode(x=scale(groups), x2=alt.X2("high"), y=_stack("y"), color=_classes(result), order="order:Q")
        return drawn.properties(width=WIDTH, height=HEIGHT)
    middle = (edges[:-1] + edges[1:]) / 2
    return _dots(groups, result, "y", scale(groups), low=middle).properties(width=WIDTH, height=HEIGHT)


def outcome_of_bars(groups: Groups, result: Outcome, width: int, *, labels: bool = True) -> Any:
    names, height = _names(groups, labels=labels), STEP * len(groups.labels)
    if result.classes and not result.binary:
        chart = alt.Chart(_shares(groups, result, label=groups.labels)).mark_bar(height=STEP - 7)
        drawn = chart.encode(y=names, x=_stack("x"), color=_classes(result), order="order:Q")
        return drawn.properties(width=width, height=height)
    return _dots(groups, result, "x", names, label=groups.labels).properties(width=width, height=height)


def _dots(groups: Groups, result: Outcome, along: str, place: Any, **columns: Any) -> Any:
    """The mean of each group with its 95 % interval, beside the mean of all."""
    column, filled = result.focus, groups.counts > 0
    given = {name: np.asarray(each, object)[filled] for name, each in columns.items()}
    means, start, end = (each[filled, column] for each in (groups.means, groups.lows, groups.highs))  # type: ignore[index]
    data = rows(**given, mean=means, start=start, end=end)
    across = "x" if along == "y" else "y"
    ticks: dict[str, Any] = {"tickCount": 3, "minExtent": 34} if along == "y" else {"tickCount": 2, "labelFlush": True}
    axis = alt.Axis(grid=True, format=".0%" if result.classes else "~s", **ticks)
    scale = alt.Scale(zero=bool(result.classes))
    channel, second = {"x": (alt.X, alt.X2), "y": (alt.Y, alt.Y2)}[along]
    base = alt.Chart(data).encode(**{across: place})
    whole = alt.Chart(rows(all=result.mean[[column]])).mark_rule(color=GREY, strokeDash=[3, 3])
    return alt.layer(
        whole.encode(**{along: channel("all:Q", axis=axis, scale=scale)}),
        base.mark_rule(color=ORANGE, opacity=0.45, strokeWidth=3).encode(
            **{along: channel("start:Q", axis=axis, scale=scale), f"{along}2": second("end")}
        ),
        base.mark_circle(color=ORANGE, size=34, opacity=1).encode(**{along: channel("mean:Q", axis=axis, scale=scale)}),
    )


def _shares(groups: Groups, result: Outcome, **columns: Any) -> Any:
    """The share of each class in each group, a row for each."""
    filled, k = groups.counts > 0, len(result.classes)
    given = {name: np.repeat(np.asarray(each, object)[filled], k) for name, each in columns.items()}
    count = int(filled.sum())
    shares = groups.means[filled].ravel()  # type: ignore[index]
    return rows(**given, share=shares, outcome=np.tile(result.classes, count), order=np.tile(np.arange(k), count))


def _stack(along: str) -> Any:
    channel = {"x": alt.X, "y": alt.Y}[along]
    axis = alt.Axis(format=".0%", tickCount=2, grid=True, minExtent=34)
    return channel("share:Q", axis=axis, scale=alt.Scale(domain=[0, 1]))


def _classes(result: Outcome) -> Any:
    return alt.Color("outcome:N", scale=alt.Scale(domain=list(result.classes), range=result.colours), legend=None)
