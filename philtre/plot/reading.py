"""Pictures of columns in words and numbers: for readers of screens, and for those who would rather read."""

import numpy as np

from philtre.plot.groups import Groups
from philtre.plot.html import Html, html, key, table, tag
from philtre.plot.outcome import Outcome
from philtre.plot.words import Share, number, percent


def describe(groups: Groups, name: str, result: Outcome | None = None) -> str:
    """Say in words what a picture of a column shows."""
    if not groups.counts.sum():
        return f"{name}: no values"
    most = int(np.argmax(groups.counts))
    share = percent(groups.counts[most] / groups.counts.sum())
    text = f"{name}: {len(groups.labels)} groups of rows, the largest {groups.labels[most]} with {share}"
    if result is None or groups.means is None:
        return text
    column = result.focus
    means = np.where(groups.counts > 0, groups.means[:, column], np.nan)
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    say = percent if result.classes else number
    return (
        f"{text}; {result.measure} is lowest for {groups.labels[low]} ({say(means[low])}) "
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
        f"Blue: rows. Orange: {result.measure}, with the interval that holds it 95 times in 100. "
        f"Dashed: over all rows, where {result.measured(result.mean)}."
    )
    return tag("p", words, class_="quiet")


def group_table(groups: Groups, result: Outcome) -> Html:
    """The numbers of an overview, for those who would rather read them."""
    means = groups.means if groups.means is not None else np.zeros((len(groups.labels), 0))
    named = [result.focus] if result.binary or not result.classes else list(range(len(result.classes)))
    head = [f"{result.name} = {result.classes[i]}" if result.classes else f"mean {result.name}" for i in named]
    lines = [
        (label, int(count), *((Share if result.classes else float)(mean[i]) for i in named))
        for label, count, mean in zip(groups.labels, groups.counts, means, strict=True)
        if count
    ]
    return table(["value", "rows", *head], lines)
