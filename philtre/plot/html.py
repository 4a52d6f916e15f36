"""Parts of a page: whatever is not markup already is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from philtre.plot.style import paint
from philtre.plot.words import Share, number, percent, shown


class Html(str):
    """Text that is markup: everything in it that came from outside is escaped."""

    __slots__ = ()


def html(*parts: Any) -> Html:
    """Join parts into markup; numbers are written as readers like them, and text is escaped.

    Example:
        >>> html(Html("<b>"), "a < b", Html("</b>"), 0.5)
        '<b>a &lt; b</b>0.5'
    """
    return Html("".join(part if isinstance(part, Html) else escape(_plain(part)) for part in parts))


def tag(name: str, *parts: Any, **attributes: str) -> Html:
    """An element; `class_` stands for the attribute class, and underscores for hyphens.

    Example:
        >>> tag("a", "see", href="#x", class_="quiet")
        '<a href="#x" class="quiet">see</a>'
    """
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{html(*parts)}</{name}>")


def table(head: Sequence[Any], lines: Iterable[Sequence[Any]], *, caption: str = "", class_: str = "") -> Html:
    """A table; columns that have a number stand to the right.

    Args:
        head: names of the columns.
        lines: cells, row by row.
        caption: what it shows.
        class_: of the element.
    """
    cells = [list(line) for line in lines]
    sides = [{"class_": "n"} if any(_is_number(line[i]) for line in cells) else {} for i in range(len(head))]
    top = html(*(tag("th", cell, scope="col", **side) for cell, side in zip(head, sides, strict=True)))
    body = html(
        *(tag("tr", *(tag("td", cell, **side) for cell, side in zip(line, sides, strict=True))) for line in cells)
    )
    title = tag("caption", caption) if caption else ""
    given = {"class_": class_} if class_ else {}
    return tag("div", tag("table", title, tag("thead", tag("tr", top)), tag("tbody", body), **given), class_="wide")


def facts(pairs: Mapping[str, Any]) -> Html:
    """Names and what is known of them."""
    entries = (tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs.items())
    return tag("dl", *entries, class_="facts")


def tiles(pairs: Mapping[str, Any]) -> Html:
    """A few figures that stand for the whole."""
    entries = (tag("div", tag("dd", value), tag("dt", name)) for name, value in pairs.items())
    return tag("dl", *entries, class_="tiles")


def figure(drawn: Html, *, title: str = "", caption: Any = "", data: Html | None = None) -> Html:
    """A picture with what it shows, and its numbers as a table to open."""
    head = tag("h3", title) if title else ""
    note = tag("figcaption", caption) if caption else ""
    numbers = tag("details", tag("summary", "numbers"), data) if data else ""
    return tag("figure", head, drawn, note, numbers)


def badge(words: Any, colour: str = "") -> Html:
    """A word that stands out."""
    return tag("span", words, class_=f"badge {colour}".rstrip())


def bar(share: float) -> Html:
    """A share, 0 to 1, in percent and as the length of a line."""
    width = f"{60 * min(max(share, 0.0), 1.0):.1f}"
    line = Html(f'<svg class="bar" width="60" height="8" aria-hidden="true"><rect width="{width}" height="8"/></svg>')
    return tag("span", Share(share), line, class_="share")


def key(colours: Mapping[str, str]) -> Html:
    """Names beside their colours."""
    dots = {
        name: Html(
            f'<svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill="{paint(colour)}"/></svg>'
        )
        for name, colour in colours.items()
    }
    return tag("ul", *(tag("li", dot, name) for name, dot in dots.items()), class_="key")


def code(source: str) -> Html:
    """Program text."""
    return tag("pre", tag("code", source), tabindex="0")


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _plain(part: Any) -> str:
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, Share):
        return percent(part)
    if isinstance(part, int | float):
        return number(part)
    return part if isinstance(part, str) else shown(part)
