"""A page: one HTML file that needs nothing else: no script, no network, no font."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from philtre.plot.html import Html, html, tag
from philtre.plot.style import COLOURS, FONT


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: its heading, as text.
        body: its content.
        listed: whether the table of contents names it.
    """

    title: str
    body: Html
    listed: bool = True


def page(title: str, sections: Sequence[Section], *, kind: str = "report", lead: Any = "") -> str:
    """Make one self-contained HTML file, for light and dark screens, large and small ones.

    Args:
        title: of the page, as text.
        sections: its parts; the i-th has the anchor ``#s<i>``.
        kind: what the page is, in a word or two.
        lead: what it says, in a sentence; text or `Html`.
    """
    links = [tag("a", section.title, href=f"#s{i}") for i, section in enumerate(sections) if section.listed]
    parts = [_section(i, section) for i, section in enumerate(sections)]
    top = tag("header", tag("p", tag("b", "philtre"), f" {kind}", class_="brand"), tag("h1", title))
    body = html(top, tag("p", lead, class_="lead") if lead else "", tag("nav", *links, aria_label="contents"), *parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
        f"{tag('title', title)}<style>{STYLE}</style></head><body>{tag('main', body)}</body></html>\n"
    )


def _section(i: int, section: Section) -> Html:
    return tag("section", tag("h2", section.title), section.body, id=f"s{i}")


def _policy() -> str:
    digest = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _variables(dark: bool) -> str:
    return ";".join(f"--{name}:{colour[dark]}" for name, colour in COLOURS.items())


STYLE = (
    f":root{{{_variables(False)};color-scheme:light dark}}"
    f"@media(prefers-color-scheme:dark){{:root{{{_variables(True)}}}}}"
    f"body{{font:15px/1.55 {FONT}}}\n" + Path(__file__).with_name("page.css").read_text("utf-8")
)
