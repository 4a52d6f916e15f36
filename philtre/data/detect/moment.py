"""Moments: dates and times in the formats of spreadsheets, logs and forms."""

import re
from itertools import product

from philtre.data.detect.evidence import Detection, Evidence, noted
from philtre.fields import Spelling

DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%d %b %y",
    "%d %b, %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d%b%Y", "%Y-%b-%d", "%d/%b/%Y", "%a %d %b %Y",
    "%a, %d %b %Y", "%A, %d %B %Y", "%A, %B %d, %Y", "%a %b %d %Y", "%d. %B %Y", "%d. %b %Y", "%a %d/%m/%Y",
    "%a %d.%m.%Y",
)  # fmt: skip
TIMES = (
    "", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", "T%H:%M:%S", "T%H:%M", " %H:%M:%S.%f",
    "T%H:%M:%S.%f", " - %H:%M", ", %H:%M", ", %H:%M:%S", " %H.%M", " %Hh%M", " %H%M", "-%H%M", ":%H:%M:%S", "%H%M%S",
    "T%H%M%S",
)  # fmt: skip
ZONES = ("", " %z", "%z", " UTC", " GMT")
MONTHS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%m.%Y", "%b-%y", "%b-%Y", "%Y/%m", "%m/%y")
HOURS = ("%H:%M", "%I:%M %p", "%H:%M:%S")
FORMATS = (*("".join(parts) for parts in product(DATES, TIMES, ZONES)), *MONTHS, *HOURS)
SHAPE = re.compile(r"^[\w ./:,+\-]{4,40}$")
ISO = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)")
YEARS = range(1800, 2200)
TRIED = 20
"""Texts that the formats are tried on before the others are read."""


def detect_moments(evidence: Evidence) -> Detection | None:
    """Recognise dates and times that are all written in one format."""
    texts = [text for text in evidence.stated if SHAPE.match(text) and re.search(r"\d", text)]
    if len(texts) < max(1, 0.8 * len(evidence.stated)):
        return None
    iso = all(ISO.match(text) for text in texts)
    for spelling in [Spelling()] * iso + _candidates(texts[:TRIED], evidence.first):
        strays = evidence.strays({text for text in texts if _readable(spelling, text)})
        if strays is not None:
            found = Spelling(evidence.null_values(strays), format=spelling.format)
            note = f"moments written as {spelling.format}" if spelling.format else "moments in ISO 8601"
            return Detection("timestamp", found, noted(note, strays))
    return None


def _candidates(texts: list[str], first: tuple[str, ...]) -> list[Spelling]:
    """The formats that read most of some texts; the one first in which the rows are most in order."""
    readers = [Spelling(format=each) for each in FORMATS]
    read = {reader: sum(_readable(reader, text) for text in texts) for reader in _alive(readers, texts)}
    best = [reader for reader, count in read.items() if count >= 0.8 * len(texts)]
    return sorted(best, key=lambda reader: -_order(reader, first))


def _alive(readers: list[Spelling], texts: list[str]) -> list[Spelling]:
    """The formats that read one of the first texts at least."""
    return [reader for reader in readers if any(_readable(reader, text) for text in texts[:3])]


def _order(reader: Spelling, first: tuple[str, ...]) -> float:
    """Share of neighbouring rows that are in order of time."""
    moments = [reader.moment(text).replace(tzinfo=None) for text in first if _readable(reader, text)]
    steps = [later >= earlier for earlier, later in zip(moments, moments[1:], strict=False)]
    up = sum(steps) / len(steps) if steps else 0.0
    return max(up, 1 - up)


def _readable(reader: Spelling, text: str) -> bool:
    try:
        moment = reader.moment(text)
    except (ValueError, OverflowError):
        return False
    return moment.year in YEARS
