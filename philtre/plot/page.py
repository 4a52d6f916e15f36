"""A page: one HTML file that needs nothing else: no script, no network, no font."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
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
    f"body{{font:15px/1.55 {FONT}}}"
    """
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font-variant-numeric:tabular-nums}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 6rem}
.brand{margin:0;color:var(--soft)} .brand b{color:var(--blue);letter-spacing:.02em}
h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:.2rem 0 .8rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;font-weight:650;letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1.05rem;font-weight:650;margin:0;overflow-wrap:anywhere}
p{margin:0 0 .8rem;max-width:46rem} .lead{font-size:1.1rem;color:var(--soft)} .quiet,figcaption,summary{color:var(--soft)}
a{color:var(--blue);text-decoration:none} a:hover{text-decoration:underline}
nav{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;padding:.6rem 0;margin:1.2rem 0 0;border:solid var(--line);border-width:1px 0}
section{padding-top:2.4rem;scroll-margin-top:0}
.tiles{display:flex;flex-wrap:wrap;gap:1rem 3.2rem;margin:0 0 1.4rem}
.tiles dd{margin:0;font-size:1.5rem;line-height:1.25;font-weight:600;letter-spacing:-.01em;overflow-wrap:anywhere} .tiles dt{color:var(--soft)}
.facts{margin:0 0 .9rem} .facts div{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.8rem;padding:.14rem 0}
.facts dt{color:var(--soft)} .facts dd{margin:0;overflow-wrap:anywhere}
.card{padding:1.6rem 0;border-top:1px solid var(--line);scroll-margin-top:.5rem}
.card>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.3rem .7rem;margin-bottom:.8rem}
.card>header .up{margin-left:auto;font-size:.85rem}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,372px);gap:1rem 2.2rem;align-items:start}
.row{display:flex;flex-wrap:wrap;gap:1.6rem 2.6rem;align-items:flex-start}
.badge{font-size:.8rem;line-height:1.5;padding:0 .5rem;border-radius:1rem;background:var(--line);color:var(--ink);white-space:nowrap}
.badge.warn{background:var(--orange);color:var(--paper)} .badge.good{background:var(--blue);color:var(--paper)}
.warning{border-left:3px solid var(--orange);padding:.1rem 0 .1rem .8rem;margin:0 0 .9rem}
figure{margin:0 0 1rem} figure h3{margin-bottom:.3rem} figcaption,summary{font-size:.85rem;max-width:40rem}
summary{cursor:pointer;width:max-content} summary:hover{color:var(--ink)} details>*{margin-top:.4rem}
svg{display:block;max-width:100%;height:auto;overflow:visible} svg text{font-family:inherit;font-variant-numeric:tabular-nums}
.share{white-space:nowrap;display:inline-grid;grid-template-columns:3.6rem 60px;gap:.6rem;align-items:center;text-align:right}
.bar{background:var(--line);border-radius:1px} .bar rect{fill:var(--orange)}
.key{display:flex;flex-wrap:wrap;gap:.1rem 1rem;color:var(--soft);font-size:.85rem;margin:0 0 .6rem;padding:0;list-style:none}
.key svg{display:inline-block;margin-right:.35rem}
.wide{overflow-x:auto;margin:0 0 1rem} table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
th{font-weight:500;color:var(--soft);text-align:left;vertical-align:bottom} td{vertical-align:top}
th,td{padding:.28rem 1.1rem .28rem 0;border-bottom:1px solid var(--line)} th:last-child,td:last-child{padding-right:0}
.n{text-align:right;white-space:nowrap} .full{width:100%} .fit td{white-space:nowrap} tr.chosen td{font-weight:600}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{margin:0 0 1rem;padding:.9rem 1rem;border:1px solid var(--line);border-radius:.4rem;overflow-x:auto}
footer{color:var(--soft);font-size:.85rem;padding-top:2rem}
@media(max-width:46rem){main{padding:1.4rem 1rem 4rem} h1{font-size:1.6rem} .two{grid-template-columns:minmax(0,1fr)} .glance :is(td,th):nth-child(5){display:none}}
@media print{nav,.up,summary{display:none} .card{break-inside:avoid}}
"""
)
