"""Pictures of what a model says beside what is true."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.groups import encode, group_numbers
from philtre.plot.style import BLUE, GREY, INK, LINE, ORANGE, PAPER, WIDTH, rows, styled
from philtre.plot.words import number, percent, shown

CLASSES = 10
"""Beyond so many classes the rarer ones are one in a confusion matrix."""
CELLS = 36
BINS = 15
POINTS = 120
"""A curve has so many points at most."""
SQUARE = 236


def confusion(truth: Any, answers: Any, *, classes: Sequence[Any] | None = None) -> Any:
    """Draw how often each class is taken for each: a row for what is true, a column for what was said.

    Args:
        truth: [n], labels.
        answers: [n], labels.
        classes: in order; by default as they are sorted. The rarest beyond ten are joined.

    Returns:
        An Altair chart; the colour is the share of the row.
    """
    names, counts = confusion_counts(truth, answers, classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    said, true = np.meshgrid(names, names)
    data = rows(true=true.ravel(), said=said.ravel(), rows=counts.ravel(), share=shares.ravel())
    size = max(34, min(104, 300 // len(names)))
    axis: dict[str, Any] = {"labelColor": INK, "labelLimit": 96, "labelOverlap": False, "titlePadding": 12}
    base = alt.Chart(data).encode(
        x=alt.X(
            "said:N", sort=names, axis=alt.Axis(orient="top", title="said", labelAngle=0 if size > 60 else -40, **axis)
        ),
        y=alt.Y("true:N", sort=names, axis=alt.Axis(title="true", **axis)),
    )
    opacity = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None)
    text = alt.condition("datum.share > 0.55", alt.value(PAPER), alt.value(INK))
    cells = base.mark_rect(color=BLUE, stroke=PAPER, strokeWidth=2).encode(opacity=opacity)
    words = base.mark_text(fontSize=12 if size > 40 else 10).encode(
        text=alt.Text("rows:Q", format="~s" if counts.max() > 9999 else ","), color=text
    )
    chart = alt.layer(cells, words).properties(width=size * len(names), height=size * len(names) * 2 // 3)
    right = np.trace(counts) / max(counts.sum(), 1)
    return styled(chart, f"confusion matrix of {len(names)} classes: {percent(right)} of the rows are right")


def confusion_counts(truth: Any, answers: Any, classes: Sequence[Any] | None = None) -> tuple[list[str], Array]:
    """Count rows by what is true and what was said.

    Returns:
        The names of the classes, and int64[k, k]: a row for what is true.
    """
    given, codes = encode([*truth, *answers])
    order = list(classes) if classes is not None else sorted(given, key=str)
    place = np.array([order.index(name) for name in given])[codes]
    true, said = place[: len(truth)], place[len(truth) :]
    names = [shown(name, 24) for name in order]
    if len(order) > CLASSES:
        kept = np.sort(np.argsort(-np.bincount(true, minlength=len(order)), kind="stable")[: CLASSES - 1])
        join = np.full(len(order), CLASSES - 1)
        join[kept] = np.arange(CLASSES - 1)
        true, said = join[true], join[said]
        names = [*(names[i] for i in kept), f"{len(order) - len(kept)} others"]
    k = len(names)
    return names, np.bincount(true * k + said, minlength=k * k).reshape(k, k)


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
