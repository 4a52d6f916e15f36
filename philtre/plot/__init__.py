"""Pictures: arrays become small charts, and charts one page that needs nothing else."""

from philtre.plot.answers import (
    confusion,
    confusion_counts,
    precision_recall,
    predicted,
    reliability,
    reliability_bins,
    residuals,
    roc,
)
from philtre.plot.columns import describe, frequencies, group_table, histogram, legend, measured, overview, relation
from philtre.plot.groups import Groups, Outcome, group_numbers, group_values, outcome
from philtre.plot.html import Html, badge, bar, code, facts, figure, html, table, tag, tiles
from philtre.plot.page import Section, page
from philtre.plot.svg import to_svg, to_svgs
from philtre.plot.training import curves, importance, scores
from philtre.plot.words import Share, number, percent, shown

__all__ = [
    "Groups",
    "Html",
    "Outcome",
    "Section",
    "Share",
    "badge",
    "bar",
    "code",
    "confusion",
    "confusion_counts",
    "curves",
    "describe",
    "facts",
    "figure",
    "frequencies",
    "group_numbers",
    "group_table",
    "group_values",
    "histogram",
    "html",
    "importance",
    "legend",
    "measured",
    "number",
    "outcome",
    "overview",
    "page",
    "percent",
    "precision_recall",
    "predicted",
    "relation",
    "reliability",
    "reliability_bins",
    "residuals",
    "roc",
    "scores",
    "shown",
    "table",
    "tag",
    "tiles",
    "to_svg",
    "to_svgs",
]
