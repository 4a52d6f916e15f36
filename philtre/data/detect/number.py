"""Numbers as people write them: with currencies, units, marks between thousands, decimal commas."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from philtre.data.detect.evidence import Detection, Evidence, noted
from philtre.fields import Spelling
from philtre.fields.spelling import BLANKS, CLOCK, MINUS

CURRENCIES = (
    r"us\$|a\$|c\$|nz\$|hk\$|r\$|[$€£¥₹₽₩₺฿]|rs\.?|kr\.?|fr\.?|"
    r"chf|eur|usd|gbp|sek|nok|dkk|pln|czk|huf|jpy|cny|inr|aud|cad"
)
ABOUT = r"[<>≤≥]=?|[~≈±@]|ca?(?:\.|(?=\s))|circa|approx\.?|about|around|over|under|up to|est\.?|etwa|env\.?"
SIGN = f"[+{re.escape(''.join(MINUS))}]"
SHAPE = re.compile(
    rf"(?i)^(?P<open>\()?\s*(?:{SIGN})?\s*(?P<prefix>{CURRENCIES}|{ABOUT})?\s*(?:{SIGN})?"
    rf"(?P<body>[0-9](?:[0-9.,{BLANKS}]*[0-9])?[.,]?|[.,][0-9]+)(?P<exponent>e[+\-]?[0-9]+)?"
    r"(?P<suffix>\s*[^0-9()\s][^()]{0,15})?\)?$"
)
DURATION = re.compile(r"^(\d{1,3}:)?\d{1,3}:[0-5]\d(\.\d+)?(?P<unit>\s*[^\d\s:.apAP][^\d:]*)?$")
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
KNOWN = {unit for scale in SCALES for unit in scale} | {"", "%", "*"}
"""Units that need not be frequent; so need not currencies."""
UNITS = 6
"""So many different units at most."""
COMMON = 0.5
"""A unit that is not known stands behind a larger share of the numbers: else it is a letter of a code."""


def detect_durations(evidence: Evidence) -> Detection | None:
    """Recognise durations as hours, minutes and seconds, which are no times of the day."""
    found = {text: shape for text in evidence.stated if (shape := DURATION.match(text))}
    units = {(shape["unit"] or "").strip().lower() for shape in found.values()}
    short = sum(text.count(":") == 2 and text[1] == ":" for text in found)
    long = any(int(text.partition(":")[0]) > 23 for text in found)
    strays = evidence.strays(set(found))
    if strays is None or len(units) != 1 or not (short or long or units != {""}):
        return None
    spelling = Spelling(evidence.null_values(strays), units=tuple(units - {""}), format=CLOCK)
    return Detection("number", spelling, noted("durations as hours, minutes, seconds", strays))


def detect_numbers(evidence: Evidence) -> Detection | None:
    """Recognise numbers, whatever they are written with; codes with leading zeros are none."""
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


def _of_common_units(shapes: dict[str, re.Match[str]], counts: dict[str, int]) -> dict[str, re.Match[str]]:
    """Leave out what stands before units that are too rare; nothing is left where letters make codes."""
    seen: Counter[str] = Counter()
    for text, found in shapes.items():
        seen[_quantity(_unit(found))] += counts[text]
    common = {unit for unit, count in seen.items() if unit in KNOWN or count >= COMMON * seen.total()}
    if len(common) > UNITS:
        return {}
    return {text: found for text, found in shapes.items() if _quantity(_unit(found)) in common}


def _unit(found: re.Match[str]) -> str:
    return (found["suffix"] or "").strip().lower()


def _quantity(unit: str) -> str:
    """What a unit measures: "+ nights" and "night" are one, and so are the currencies."""
    bare = "%" if unit.startswith("%") else unit.strip("+ ")
    if bare in KNOWN:
        return bare
    return "" if re.fullmatch(CURRENCIES, bare) else bare.removesuffix("s")


def _is_code(body: str) -> bool:
    """Whether digits are a code: 007 is no number."""
    return len(body) > 1 and body[0] == "0" and body[1].isdigit()


def _marks(bodies: Sequence[str]) -> tuple[str, str]:
    """The decimal mark and the mark between thousands."""
    if any("," in body for body in bodies) and all(_is_decimal(body) for body in bodies):
        return ("." if any("." in body for body in bodies) else "") + ",", ""
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


def _is_decimal(body: str) -> bool:
    """Whether digits can only be read with a decimal mark, if there is any mark in them."""
    return re.fullmatch(r"[0-9]*(?:[.,](?:[0-9]{1,2}|[0-9]{4,})?)?|0[.,][0-9]+", body) is not None


def _units(shapes: Iterable[re.Match[str]]) -> tuple[str, ...]:
    found = {part.strip().lower() for each in shapes for part in (each["prefix"], each["suffix"]) if part}
    return tuple(sorted(unit for unit in found if unit))


def _factors(shapes: Iterable[re.Match[str]], units: tuple[str, ...]) -> tuple[float, ...]:
    """What the units behind the numbers are worth where they differ; none where one of them is not known."""
    behind = {_quantity(_unit(each)) for each in shapes}
    if behind == {"k", ""} or len(behind - {""}) > 1:
        for scale in SCALES:
            if behind - {""} <= scale.keys():
                return tuple(scale.get(_quantity(unit), 1.0) for unit in units)
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
