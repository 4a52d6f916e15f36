"""Pictures: arrays become small charts, and charts one page that needs nothing else."""

from philtre.plot.columns import frequencies, histogram, overview, relation
from philtre.plot.confusion import confusion, confusion_counts
from philtre.plot.groups import Groups, group_numbers, group_values
from philtre.plot.html import Html, badge, bar, code, facts, figure, html, table, tag, tiles
from philtre.plot.outcome import Outcome, outcome
from philtre.plot.page import Section, page
from philtre.plot.ranking import precision_recall, roc
from philtre.plot.reading import describe, group_table, legend
from philtre.plot.reliability import reliability, reliability_bins
from philtre.plot.residuals import predicted, residuals
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
