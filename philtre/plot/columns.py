"""Pictures of a column: how its values are distributed, and what the target is for each."""

from collections.abc import Iterable
from typing import Any

import altair as alt
import numpy as np

from philtre.plot import panels
from philtre.plot.groups import Groups, group_numbers, group_values
from philtre.plot.outcome import Outcome, outcome
from philtre.plot.reading import describe
from philtre.plot.style import styled

PAIR = (112, 108)
"""Widths of the two panels beside the names of values."""


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
    return styled(panels.bins(groups).encode(x=panels.scale(groups, title=name)), describe(groups, name))


def frequencies(values: Iterable[Any], *, name: str = "value", top: int = 8) -> Any:
    """Draw how often each value occurs: the most frequent ones, the others together, and the missing (None).

    Returns:
        An Altair chart.

    Example:
        >>> frequencies(["a", "b", "a", None]).to_dict()["mark"]["type"]
        'bar'
    """
    groups = group_values(values, top=top)
    return styled(panels.bars(groups, sum(PAIR)), describe(groups, name))


def relation(values: Any, target: Any, *, name: str = "value", target_name: str = "target") -> Any:
    """Draw what the target is for each value of a column: its mean, or the shares of its classes.

    Args:
        values: [n]; numbers are cut into bins, other values are named.
        target: [n]; numbers are averaged, labels are counted.
        name: of the column.
        target_name: of the target.

    Returns:
        An Altair chart.
    """
    result = outcome(target, target_name)
    groups = _groups(values, result)
    if groups.edges is not None:
        chart = panels.outcome_of_bins(groups, result)
    else:
        chart = panels.outcome_of_bars(groups, result, sum(PAIR))
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
        parts = [panels.bars(groups, PAIR[0] if result else sum(PAIR))]
        parts += [panels.outcome_of_bars(groups, result, PAIR[1], labels=False)] if result else []
        chart = alt.hconcat(*parts, spacing=14).resolve_scale(color="independent")
    else:
        parts = [panels.bins(groups).encode(x=panels.scale(groups, labels=result is None))]
        parts += [panels.outcome_of_bins(groups, result)] if result else []
        chart = alt.vconcat(*parts, spacing=6)
    return styled(chart, describe(groups, name, result))


def _groups(values: Any, result: Outcome | None) -> Groups:
    column = np.asarray(values)
    return group_numbers(column, result) if column.dtype.kind in "iuf" else group_values(column.tolist(), result)
