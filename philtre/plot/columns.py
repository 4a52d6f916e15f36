"""Pictures of a column: how its values are distributed, and what the target is for each."""

from collections.abc import Iterable
from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.groups import Groups, Outcome, group_numbers, group_values, outcome
from philtre.plot.html import Html, html, key, table, tag
from philtre.plot.style import BLUE, GREY, INK, LINE, ORANGE, WIDTH, rows, styled
from philtre.plot.words import Share, number, percent

HEIGHT = 84
STEP = 19
"""Height of one bar of frequencies."""
NAMES = 112
"""Width of the names of values."""
PANELS = (112, 108)
"""Widths of the two panels beside them."""


def histogram(values: Any, *, name: str = "value") -> Any:
    """Draw how numbers are distributed.

    Args:
        values: [n] numbers; missing ones (NaN) are left out, and far tails are counted in the outermost bins.
        name: what is shown on the axis.

    Returns:
        An Altair chart.

    Example:
        >>> histogram([1.0, 2.0, 2.5, 7.0]).to_dict()["mark"]["type"]
        'bar'
    """
    groups = group_numbers(values)
    return styled(_bins(groups).encode(x=_scale(groups, title=name)), describe(groups, name))


def frequencies(values: Iterable[Any], *, name: str = "value", top: int = 8) -> Any:
    """Draw how often each value occurs: the most frequent ones, the others together, and the missing (None).

    Returns:
        An Altair chart.

    Example:
        >>> frequencies(["a", "b", "a", None]).to_dict()["mark"]["type"]
        'bar'
    """
    groups = group_values(values, top=top)
    return styled(_bars(groups, sum(PANELS)), describe(groups, name))


def relation(values: Any, target: Any, *, name: str = "value", target_name: str = "target") -> Any:
    """Draw what the target is for each value of a column: its mean, or the shares of its classes.

    Args:
        values: [n]; floats are cut into bins, other values are named.
        target: [n]; numbers are averaged, labels are counted.
        name: of the column.
        target_name: of the target.

    Returns:
        An Altair chart.
    """
    result = outcome(target, target_name)
    groups = _groups(values, result)
    if groups.edges is not None:
        chart = _outcome_of_bins(groups, result)
    else:
        chart = _outcome_of_bars(groups, result, sum(PANELS))
    return styled(chart, describe(groups, name, result))


def overview(groups: Groups, result: Outcome | None = None, *, name: str = "value") -> Any:
    """Draw the distribution of a column and, on the same axis, the target.

    Args:
        groups: of the column; see `group_numbers` and `group_values`.
        result: the outcome that they were made with.
        name: of the column.

    Returns:
        An Altair chart.
    """
    chart: Any
    if groups.edges is None:
        panels = [_bars(groups, PANELS[0] if result else sum(PANELS))]
        panels += [_outcome_of_bars(groups, result, PANELS[1], labels=False)] if result else []
        chart = alt.hconcat(*panels, spacing=14).resolve_scale(color="independent")
    else:
        panels = [_bins(groups).encode(x=_scale(groups, labels=result is None))]
        panels += [_outcome_of_bins(groups, result)] if result else []
        chart = alt.vconcat(*panels, spacing=6)
    return styled(chart, describe(groups, name, result))


def describe(groups: Groups, name: str, result: Outcome | None = None) -> str:
    """Say in words what a picture of a column shows."""
    if not groups.counts.sum():
        return f"{name}: no values"
    most = int(np.argmax(groups.counts))
    share = percent(groups.counts[most] / groups.counts.sum())
    text = f"{name}: {len(groups.labels)} groups of rows, the largest {groups.labels[most]} with {share}"
    if result is None or groups.means is None:
        return text
    column = _column(result)
    means = np.where(groups.counts > 0, groups.means[:, column], np.nan)
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    say = percent if result.classes else number
    return (
        f"{text}; {_measured(result)} is lowest for {groups.labels[low]} ({say(means[low])}) "
        f"and highest for {groups.labels[high]} ({say(means[high])})"
    )


def legend(result: Outcome) -> Html:
    """Say what the colours of an overview stand for."""
    if result.classes and not result.binary:
        colours = zip(result.classes, result.colours, strict=True)
        names = key(dict(colours))
        return html(
            tag("p", f"Blue: rows. Other colours: shares of the classes of {result.name}.", class_="quiet"), names
        )
    words = (
        f"Blue: rows. Orange: {_measured(result)}, with the interval that holds it 95 times in 100. "
        f"Dashed: over all rows, where {measured(result, result.mean)}."
    )
    return tag("p", words, class_="quiet")


def measured(result: Outcome, mean: Array) -> str:
    """Say what the target is on some rows.

    Args:
        result: the target.
        mean: float64[k], of those rows.
    """
    if not result.classes:
        return f"{result.name} is {number(mean[0])} on average"
    i = 1 if result.binary else int(np.argmax(mean))
    return f"{percent(mean[i])} have {result.name} = {result.classes[i]}"


def group_table(groups: Groups, result: Outcome) -> Html:
    """The numbers of an overview, for those who would rather read them."""
    means = groups.means if groups.means is not None else np.zeros((len(groups.labels), 0))
    named = [_column(result)] if result.binary or not result.classes else list(range(len(result.classes)))
    head = [f"{result.name} = {result.classes[i]}" if result.classes else f"mean {result.name}" for i in named]
    lines = [
        (label, int(count), *((Share if result.classes else float)(mean[i]) for i in named))
        for label, count, mean in zip(groups.labels, groups.counts, means, strict=True)
        if count
    ]
    return table(["value", "rows", *head], lines)


def _groups(values: Any, result: Outcome | None) -> Groups:
    column = np.asarray(values)
    return group_numbers(column, result) if column.dtype.kind == "f" else group_values(column.tolist(), result)


def _bins(groups: Groups) -> Any:
    low, high = groups.edges[:-1], groups.edges[1:]  # type: ignore[index]
    chart = alt.Chart(rows(low=low, high=high, rows=groups.counts))
    y = alt.Y("rows:Q", axis=alt.Axis(grid=True, tickCount=3, format="~s", minExtent=34))
    return (
        chart.mark_bar(color=BLUE, binSpacing=1).encode(x2=alt.X2("high"), y=y).properties(width=WIDTH, height=HEIGHT)
    )


def _scale(groups: Groups, *, labels: bool = True, title: str | None = None) -> Any:
    edges: Array = groups.edges  # type: ignore[assignment]
    form: dict[str, Any] = (
        {} if groups.time else {"format": "~s" if np.abs(edges).max() >= 1e5 or np.ptp(edges) < 1e-3 else "~r"}
    )
    scale = alt.Scale(domain=[float(edges[0]), float(edges[-1])], nice=False, **_utc(groups))
    axis = alt.Axis(labels=labels, domain=True, domainColor=LINE, title=title, labelFlush=True, **form)
    return alt.X("low:T" if groups.time else "low:Q", bin="binned", scale=scale, axis=axis)


def _utc(groups: Groups) -> dict[str, Any]:
    return {"type": "utc"} if groups.time else {}


def _bars(groups: Groups, width: int) -> Any:
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


def _outcome_of_bins(groups: Groups, result: Outcome) -> Any:
    edges: Array = groups.edges  # type: ignore[assignment]
    if result.classes and not result.binary:
        chart = alt.Chart(_shares(groups, result, low=edges[:-1], high=edges[1:])).mark_bar(binSpacing=1)
        drawn = chart.encode(
            x=_scale(groups), x2=alt.X2("high"), y=_stack("y"), color=_classes(result), order="order:Q"
        )
        return drawn.properties(width=WIDTH, height=HEIGHT)
    middle = (edges[:-1] + edges[1:]) / 2
    return _dots(groups, result, "y", _scale(groups), low=middle).properties(width=WIDTH, height=HEIGHT)


def _outcome_of_bars(groups: Groups, result: Outcome, width: int, *, labels: bool = True) -> Any:
    names, height = _names(groups, labels=labels), STEP * len(groups.labels)
    if result.classes and not result.binary:
        chart = alt.Chart(_shares(groups, result, label=groups.labels)).mark_bar(height=STEP - 7)
        drawn = chart.encode(y=names, x=_stack("x"), color=_classes(result), order="order:Q")
        return drawn.properties(width=width, height=height)
    return _dots(groups, result, "x", names, label=groups.labels).properties(width=width, height=height)


def _dots(groups: Groups, result: Outcome, along: str, place: Any, **columns: Any) -> Any:
    """The mean of each group with its 95 % interval, beside the mean of all."""
    column, filled = _column(result), groups.counts > 0
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


def _column(result: Outcome) -> int:
    return 1 if result.binary else 0


def _measured(result: Outcome) -> str:
    """What the dots of a picture stand for."""
    if not result.classes:
        return f"the mean of {result.name}"
    return f"the share of {result.name} = {result.classes[_column(result)]}"
