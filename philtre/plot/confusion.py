"""The confusion matrix: which class is taken for which."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from philtre.fields import Array
from philtre.plot.outcome import encode
from philtre.plot.style import BLUE, INK, PAPER, rows, styled
from philtre.plot.words import percent, shown

CLASSES = 10
"""Beyond so many classes the rarer ones are one."""


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
