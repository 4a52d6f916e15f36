"""A spelling says how a column's values are written as text, where that is not plain.

The patterns are in the common part of Python's and Rust's regular expressions: a frame's columns are read by the same
pattern as a request's values.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

EPOCHS = {"s": 1_000_000, "ms": 1_000}
"""Formats of moments that are numbers: microseconds per unit."""
CLOCK = "clock"
"""Format of numbers that are durations, as hours, minutes and seconds: 3:45:12 is 13512 seconds."""


class Spelling(msgspec.Struct, frozen=True, omit_defaults=True):
    """How values are written as text. Blanks at the ends never count, and upper case is lower case.

    Args:
        null_values: texts that state a missing value, such as "NA" and "?".
        decimal: the decimal mark of numbers; two where both are in use, as in "2.5" and "2,5".
        group: the mark between thousands; blanks may stand there too.
        units: texts before or behind a number that are left out: "$", "kg", "%".
        factors: what a number is multiplied by when a unit stands behind it, one per unit, such as 1000 for "k".
        true: texts for true; where it is empty, the usual words.
        false: texts for false; "" says that nothing at all means false.
        format: how moments are written: codes of `strptime`, or "s" or "ms" since 1970; ISO 8601 where empty.
            Numbers that are durations have the format "clock".
        fold: whether names of a category that differ in case or blanks at the ends are one.

    Example:
        >>> price = Spelling(null_values=("n/a",), group=",", units=("$",))
        >>> price.number("$1,200.50"), price.number("($3)"), price.is_null(" N/A ")
        (1200.5, -3.0, True)
    """

    null_values: tuple[str, ...] = ()
    decimal: str = "."
    group: str = ""
    units: tuple[str, ...] = ()
    factors: tuple[float, ...] = ()
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    format: str = ""
    fold: bool = False

    @property
    def code(self) -> str:
        """Python source that makes an equal spelling."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        parts = [f"{name}={value!r}" for name, value in given.items() if value not in ((), "", False)]
        return f"Spelling({', '.join(part for part in parts if part != 'decimal=' + repr('.'))})"

    def is_null(self, text: str) -> bool:
        """Whether a text states a missing value."""
        word = plain(text)
        return not word or word in _folded(self.null_values)

    def number(self, text: str) -> float:
        """Read a number.

        Raises:
            ValueError: if the text is none in this spelling.
        """
        if self.format == CLOCK:
            return _seconds(plain(text), self.units)
        found = _pattern(self).fullmatch(text)
        if found is None:
            raise ValueError(text)
        opened, before, behind, digits, unit, closed = found.groups()
        if bool(opened) != bool(closed):
            raise ValueError(text)
        for mark, bare in self.marks:
            digits = digits.replace(mark, bare)
        value = float(digits) * self.scales.get(plain(unit or ""), 1.0)
        return -value if opened or (before or behind) in MINUS else value

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """What is replaced in the digits of a number, in order, and by what."""
        return (*((mark, "") for mark in BLANKS + self.group), *((mark, ".") for mark in self.decimal))

    @property
    def scales(self) -> dict[str, float]:
        """What a number is multiplied by, by the unit behind it."""
        return dict(zip(map(plain, self.units), map(float, self.factors), strict=False))

    def truth(self, text: str) -> bool:
        """Read a truth value.

        Raises:
            ValueError: if the text is none in this spelling.
        """
        word = plain(text)
        for value, words in ((True, self.true or TRUE), (False, self.false or FALSE)):
            if word in _folded(words):
                return value
        raise ValueError(text)

    def moment(self, text: str) -> datetime:
        """Read a moment; without an offset it is UTC.

        Raises:
            ValueError: if the text is none in this spelling.
        """
        word = _OFFSET.sub(_offset, text.strip())
        if self.format in EPOCHS:
            try:
                return _EPOCH + timedelta(microseconds=round(float(word) * EPOCHS[self.format]))
            except OverflowError:
                raise ValueError(text) from None
        return datetime.strptime(word, self.format) if self.format else datetime.fromisoformat(word)

    def name(self, text: str) -> str:
        """The name of a category as it is compared; "" where it states a missing value."""
        if self.null_values and self.is_null(text):
            return ""
        return plain(text) if self.fold else text


PLAIN = Spelling()
_CLOCK = re.compile(r"\s*(?:(\d+):)?(\d+):([0-5]\d(?:\.\d+)?)\s*")
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?(\d\d))?$")
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")
MINUS = ("-", "\N{MINUS SIGN}")
BLANKS = " '\N{RIGHT SINGLE QUOTATION MARK}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain(text: str) -> str:
    """A text without blanks at the ends, in lower case."""
    return text.strip().lower()


def number_pattern(spelling: Spelling) -> str:
    """The regular expression of a whole number text.

    Its groups: "(", sign before the unit, sign behind it, digits, unit behind the digits, ")".
    """
    decimal, marks = f"[{re.escape(spelling.decimal)}]", re.escape(BLANKS + spelling.group)
    grouped = rf"[0-9]{{1,3}}(?:[{marks}][0-9]{{3}})+(?:{decimal}[0-9]*)?"
    digits = rf"(?:{grouped}|[0-9]+(?:{decimal}[0-9]*)?|{decimal}[0-9]+)(?:e[+\-]?[0-9]+)?"
    units = [re.escape(unit) for unit in sorted(spelling.units, key=len, reverse=True)]
    unit = "|".join(units) if units else r"[^\s\S]"
    sign = rf"([+{re.escape(''.join(MINUS))}])"
    signed = rf"(?:{sign}\s*(?:{unit})?|(?:{unit})?\s*{sign}?)"
    return rf"(?i)^\s*(\()?\s*{signed}\s*({digits})\s*({unit})?\s*(\))?\s*$"


def _seconds(text: str, units: tuple[str, ...]) -> float:
    for unit in units:
        text = text.removesuffix(plain(unit))
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = found.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


def _offset(found: re.Match[str]) -> str:
    """An offset that strptime reads: GMT+1 is +0100."""
    sign, hours, minutes = found.groups()
    return f"{sign}{int(hours):02}{minutes or '00'}"


@lru_cache(256)
def _pattern(spelling: Spelling) -> re.Pattern[str]:
    return re.compile(number_pattern(spelling))


@lru_cache(1024)
def _folded(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(text) for text in texts)
