"""Pictures as SVG that lives inside a page: drawn offline, stripped of what says nothing, coloured by the page."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import vl_convert

from philtre.plot.html import Html
from philtre.plot.style import paint

SVG = "http://www.w3.org/2000/svg"
SILENT = {
    "class",
    "role",
    "aria-roledescription",
    "aria-label",
    "aria-hidden",
    "pointer-events",
    "font-family",
    "version",
}
DEFAULT = {("opacity", "1"), ("font-weight", "normal"), ("stroke-width", "1"), ("text-anchor", "start")}
LONG = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
ElementTree.register_namespace("", SVG)


def to_svg(chart: Any) -> Html:
    """Draw a chart as one SVG element, offline.

    Its colours are names that the page's style gives a meaning to, on light and on dark paper (see `COLOURS`); its
    description is the title that readers of screens hear.

    Args:
        chart: an Altair chart that carries its data.
    """
    specification = chart.to_dict(validate=False)
    drawn = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    root = ElementTree.fromstring(drawn)  # noqa: S314 - the renderer's own words
    _prune(root)
    root.attrib |= {"role": "img", "aria-label": specification.get("description", "")}
    root.attrib.pop("height", None)
    return Html(ElementTree.tostring(root, encoding="unicode"))


def to_svgs(charts: Iterable[Any]) -> list[Html]:
    """Draw many charts; the next ones are made while one is drawn."""
    with ThreadPoolExecutor(1) as pool:
        return list(pool.map(to_svg, charts))


def _prune(element: ElementTree.Element) -> None:
    """Remove what draws nothing, and groups that only hold."""
    for child in list(element):
        _prune(child)
    kept: list[ElementTree.Element] = []
    for child in element:
        if _draws_nothing(child):
            continue
        kept += list(child) if child.tag == f"{{{SVG}}}g" and not child.attrib else [child]
    element[:] = kept
    element.attrib = {
        name: _short(value)
        for name, value in element.attrib.items()
        if name not in SILENT and (name, value) not in DEFAULT
    }


def _draws_nothing(element: ElementTree.Element) -> bool:
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    if tag == "g":
        return not len(element)
    if element.get("display") == "none":
        return True
    return tag == "path" and element.get("fill") is None and element.get("stroke") is None


def _short(value: str) -> str:
    return LONG.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), paint(value))
