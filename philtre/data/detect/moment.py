"""Moments: dates and times in the formats of spreadsheets, logs and forms."""

import re
from functools import cache
from itertools import pairwise, product

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
TAILS = tuple(product(TIMES, ZONES))
HOURS = ("%H:%M", "%I:%M %p", "%H:%M:%S")
SHAPE = re.compile(r"^[\w ./:,+\-]{4,40}$")
ISO = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)")
CODES = {
    "Y": r"\d{4}", "y": r"\d\d", "m": r"(?:1[0-2]|0?[1-9])", "d": r"(?:3[01]|[12]\d|0?[1-9])", "b": r"[a-z]{3}",
    "B": r"[a-z]{3,9}", "a": r"[a-z]{3}", "A": r"[a-z]{6,9}", "H": r"(?:[01]?\d|2[0-3])", "I": r"(?:0?\d|1[0-2])",
    "M": r"[0-5]\d", "S": r"[0-5]\d", "f": r"\d{1,6}", "p": "[ap]m", "z": r"(?:(?:GMT|UTC)?[+\-]\d\d?:?(?:\d\d)?|Z)",
}  # fmt: skip
YEARS = range(1800, 2200)
NEVER = (1, 9999)
"""Years that stand for no moment, however many rows have them."""
TRIED = 20
"""Texts that the formats are tried on before the others are read."""


def detect_moments(evidence: Evidence) -> Detection | None:
    """Recognise dates and times that are all written in one format."""
    texts = [text for text in evidence.stated if SHAPE.match(text) and re.search(r"\d", text)]
    if len(texts) < max(1, 0.8 * len(evidence.stated)):
        return None
    iso = all(ISO.match(text) for text in texts)
    for spelling in [Spelling()] * iso + _candidates(texts[:TRIED], evidence.first):
        readable = {text for text in texts if _readable(spelling, text)}
        never = tuple(text for text in texts if _year(spelling, text) in NEVER)
        strays = evidence.strays({*readable, *never})
        if strays is not None and readable:
            strays = (*never, *strays)
            found = Spelling(evidence.null_values(strays), format=spelling.format)
            note = f"moments written as {spelling.format}" if spelling.format else "moments in ISO 8601"
            return Detection("timestamp", found, noted(note, strays))
    return None


def _candidates(texts: list[str], first: tuple[str, ...]) -> list[Spelling]:
    """The formats that read most of some texts; the one first in which the rows are most in order."""
    formats = dict.fromkeys(each for text in texts[:3] for each in formats_of(text))
    readers = [Spelling(format=each) for each in formats]
    best = [reader for reader in readers if sum(_readable(reader, text) for text in texts) >= 0.8 * len(texts)]
    return sorted(best, key=lambda reader: -_order(reader, first))


def formats_of(text: str) -> list[str]:
    """The formats that a text has the shape of."""
    whole = [each for each in (*MONTHS, *HOURS) if _pattern(each).fullmatch(text)]
    for date in DATES:
        if found := _pattern(date).match(text):
            rest = text[found.end() :]
            whole += [f"{date}{time}{zone}" for time, zone in TAILS if _pattern(time + zone).fullmatch(rest)]
    return whole


@cache
def _pattern(format_: str) -> re.Pattern[str]:
    """The shape of a format as a regular expression: far faster than trying to read by each format."""
    parts = re.split(r"%(\w)", format_)
    codes = [CODES[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return re.compile("".join(codes), re.IGNORECASE)


def _order(reader: Spelling, first: tuple[str, ...]) -> float:
    """Share of neighbouring rows that are in order of time."""
    moments = [reader.moment(text).replace(tzinfo=None) for text in first if _readable(reader, text)]
    steps = [later >= earlier for earlier, later in pairwise(moments)]
    up = sum(steps) / len(steps) if steps else 0.0
    return max(up, 1 - up)


def _readable(reader: Spelling, text: str) -> bool:
    return _year(reader, text) in YEARS


def _year(reader: Spelling, text: str) -> int:
    """The year of a text, 0 where it cannot be read."""
    try:
        return reader.moment(text).year
    except (ValueError, OverflowError):
        return 0
