"""Numbers as people write them: with currencies, units, marks between thousands, decimal commas."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from philtre.data.detect.evidence import Detection, Evidence, noted
from philtre.fields import Spelling
from philtre.fields.spelling import BLANKS, CLOCK, MINUS

CURRENCIES = r"us\$|a\$|c\$|nz\$|hk\$|r\$|[$€£¥₹₽₩₺฿]|chf|eur|usd|gbp|sek|nok|dkk|pln|czk|huf|jpy|cny|inr|aud|cad|rs\.?|kr\.?|fr\.?"
ABOUT = r"[<>≤≥]=?|[~≈±@]|ca?\.?|approx\.?|about|around|over|under|up to|est\.?|etwa|env\.?"
SIGN = f"[+{re.escape(''.join(MINUS))}]"
SHAPE = re.compile(
    rf"(?i)^(?P<open>\()?\s*(?:{SIGN})?\s*(?P<prefix>{CURRENCIES}|{ABOUT})?\s*(?:{SIGN})?"
    rf"(?P<body>[0-9](?:[0-9.,{BLANKS}]*[0-9])?[.,]?|[.,][0-9]+)(?P<exponent>e[+\-]?[0-9]+)?"
    r"(?P<suffix>[^0-9()]{1,16}[0-9²³]?)?\)?$"
)
DURATION = re.compile(r"^\d{1,3}:[0-5]\d(:[0-5]\d(\.\d+)?)?$")
SCALES: tuple[dict[str, float], ...] = (
    {"k": 1e3, "m": 1e6, "mio": 1e6, "mio.": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9},
    {"mg": 1e-3, "g": 1, "gr": 1, "kg": 1e3, "t": 1e6, "ml": 1, "cl": 10, "dl": 100, "l": 1e3, "ltr": 1e3},
    {"mm": 1e-3, "cm": 1e-2, "m": 1, "km": 1e3},
    {"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12},
    {"ms": 1e-3, "s": 1, "sec": 1, "min": 60, "h": 3600, "hr": 3600, "hrs": 3600},
    {"days": 1, "day": 1, "d": 1, "weeks": 7, "week": 7, "w": 7, "months": 30.4, "month": 30.4, "years": 365.25,
     "year": 365.25, "yr": 365.25, "yrs": 365.25},
)  # fmt: skip
"""Units of one quantity, each beside what it is worth; grams and millilitres stand side by side on food."""
UNITS = 6
"""So many different units at most."""
COMMON = 0.05
"""An unknown unit stands behind a larger share of the numbers."""


def detect_numbers(evidence: Evidence) -> Detection | None:
    """Recognise numbers, whatever they are written with; codes with leading zeros are none."""
    if _clocks(evidence):
        return Detection("number", Spelling(evidence.nulls, format=CLOCK), "durations as hours, minutes, seconds")
    shapes = {text: found for text in evidence.stated if (found := SHAPE.match(text))}
    shapes = _of_common_units(shapes, evidence.stated)
    bodies = [found["body"] for found in shapes.values()]
    if not shapes or any(_is_code(body) for body in bodies):
        return None
    decimal, group = _marks(bodies)
    units = _units(shapes.values())
    spelling = Spelling((), decimal, group, units, _factors(shapes.values(), units))
    strays = evidence.strays({text for text in shapes if _readable(spelling, text)})
    if strays is None:
        return None
    spelling = Spelling(evidence.null_values(strays), decimal, group, units, spelling.factors)
    return Detection("number", spelling, noted(_described(spelling), strays))


def _clocks(evidence: Evidence) -> bool:
    """Whether texts are durations rather than times of the day: some have seconds or are longer than a day."""
    found = [text for text in evidence.stated if DURATION.match(text)]
    long = any(text.count(":") == 2 or int(text.partition(":")[0]) > 23 for text in found)
    return long and len(found) == len(evidence.stated)


def _of_common_units(shapes: dict[str, re.Match[str]], counts: dict[str, int]) -> dict[str, re.Match[str]]:
    """Leave out what stands before units that are too rare: they are letters of a code, or mistyped."""
    seen: Counter[str] = Counter()
    for text, found in shapes.items():
        seen[_unit(found)] += counts[text]
    known = {unit for scale in SCALES for unit in scale} | {"", "%"}
    common = {unit for unit, count in seen.items() if unit in known or count >= COMMON * sum(seen.values())}
    few = [unit for unit, _ in seen.most_common() if unit in common][: UNITS + 1]
    return {text: found for text, found in shapes.items() if _unit(found) in few}


def _unit(found: re.Match[str]) -> str:
    return (found["suffix"] or "").strip().lower()


def _is_code(body: str) -> bool:
    """Whether digits are a code: 007 is no number."""
    return len(body) > 1 and body[0] == "0" and body[1].isdigit()


def _marks(bodies: Sequence[str]) -> tuple[str, str]:
    """The decimal mark and the mark between thousands."""
    last = Counter(max(",.", key=body.rfind) for body in bodies if "," in body and "." in body)
    if last:
        decimal = last.most_common(1)[0][0]
        return decimal, "," if decimal == "." else "."
    for mark in ",.":
        marked = [body for body in bodies if mark in body]
        if marked:
            other = "," if mark == "." else "."
            thousands = all(re.fullmatch(rf"[0-9]{{1,3}}(?:[{mark}{BLANKS}][0-9]{{3}})+", body) for body in marked)
            repeated = any(body.count(mark) > 1 for body in marked)
            grouped = repeated or (thousands and mark == "," and not any(body.startswith("0") for body in marked))
            return (other, mark) if grouped else (mark, other)
    return ".", ","


def _units(shapes: Iterable[re.Match[str]]) -> tuple[str, ...]:
    found = {part.strip().lower() for each in shapes for part in (each["prefix"], each["suffix"]) if part}
    return tuple(sorted(unit for unit in found if unit))


def _factors(shapes: Iterable[re.Match[str]], units: tuple[str, ...]) -> tuple[float, ...]:
    """What the units behind the numbers are worth where they differ; none where one of them is not known."""
    behind = {_unit(each) for each in shapes}
    if behind == {"k", ""} or len(behind - {""}) > 1:
        for scale in SCALES:
            if behind - {""} <= scale.keys():
                return tuple(scale.get(unit, 1.0) for unit in units)
    return ()


def _readable(spelling: Spelling, text: str) -> bool:
    try:
        spelling.number(text)
    except ValueError:
        return False
    return True


def _described(spelling: Spelling) -> str:
    parts = [f"with {', '.join(map(repr, spelling.units))}"] if spelling.units else []
    parts += ["decimal commas"] if spelling.decimal == "," else []
    return "numbers written as text" + (f" {' and '.join(parts)}" if parts else "")
