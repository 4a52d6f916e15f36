"""One look for all pictures: colours that colour-blind readers can tell apart, one typeface, thin lines."""

from typing import Any, NamedTuple, TypeVar

import altair as alt
import msgspec
import numpy as np

WIDTH = 316
"""Inner width of a picture in pixels: with its axis it fits the screen of a phone."""
SQUARE = 236
"""Side of a picture whose axes are alike."""


class Colour(NamedTuple):
    """A colour on light and on dark paper; pictures are drawn with the light one, pages swap them by name."""

    light: str
    dark: str


COLOURS = {
    "paper": Colour("#fefefe", "#14181d"),
    "ink": Colour("#1d2530", "#e4e8ed"),
    "soft": Colour("#5c6773", "#9aa6b2"),
    "line": Colour("#dde2e7", "#2d353e"),
    "grey": Colour("#a3abb4", "#69737e"),
    "blue": Colour("#2f6ea5", "#6cabdd"),
    "orange": Colour("#d97d21", "#eb9e50"),
    "green": Colour("#2c9180", "#4dbba8"),
    "purple": Colour("#9560a3", "#bf8fcc"),
    "yellow": Colour("#b89b1e", "#d9c055"),
    "sky": Colour("#83b6d9", "#3f7fa8"),
    "rose": Colour("#b8466f", "#dd7d9f"),
}

BLUE, ORANGE, GREY = COLOURS["blue"].light, COLOURS["orange"].light, COLOURS["grey"].light
INK, SOFT, LINE, PAPER = (COLOURS[name].light for name in ("ink", "soft", "line", "paper"))
SERIES = [COLOURS[name].light for name in ("orange", "green", "purple", "yellow", "sky", "rose")]
"""Colours of classes, in order; blue is for rows."""

_VARIABLES = {colour.light: f"var(--{name})" for name, colour in COLOURS.items()}


def paint(colour: str) -> str:
    """A colour of a picture as a page names it; other words are left alone."""
    return _VARIABLES.get(colour, colour)


FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": "transparent",
    "font": FONT,
    "padding": {"left": 6, "right": 6, "top": 5, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "grid": False,
        "gridColor": LINE,
        "labelColor": SOFT,
        "labelFontSize": 11,
        "labelFlush": False,
        "labelLimit": 130,
        "tickColor": LINE,
        "tickCount": 5,
        "ticks": False,
        "title": None,
        "titleColor": SOFT,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": SOFT,
        "labelFontSize": 11,
        "labelLimit": 110,
        "orient": "top",
        "symbolSize": 60,
        "symbolType": "circle",
        "title": None,
    },
    "bar": {"color": BLUE},
    "header": {"labelColor": SOFT, "labelFontSize": 11},
}

AnyChart = TypeVar("AnyChart", bound=Any)


def styled(chart: AnyChart, description: str) -> AnyChart:
    """Give a finished picture its look, and the words that stand for it where it cannot be seen."""
    dressed: AnyChart = chart.properties(description=description)
    dressed.config = CONFIG
    return dressed


def rows(**columns: Any) -> alt.InlineData:
    """Columns [n] as the records of a picture; NaN becomes null.

    They are one JSON text, since Altair copies whatever has parts many times.
    """
    lists = [np.asarray(column).tolist() for column in columns.values()]
    records = [dict(zip(columns, record, strict=True)) for record in zip(*lists, strict=True)]
    return alt.InlineData(values=msgspec.json.encode(records).decode(), format={"type": "json"})
