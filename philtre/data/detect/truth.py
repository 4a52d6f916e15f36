"""Truth values: yes and no in the spellings of people, forms and databases."""

from philtre.data.detect.evidence import Detection, Evidence
from philtre.fields import Spelling
from philtre.fields.spelling import plain

TRUE = frozenset(
    [
        "true",
        "t",
        "yes",
        "y",
        "1",
        "on",
        "x",
        "✓",
        "✔",
        "☑",
        "checked",
        "ticked",
        "enabled",
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "si",
        "sí",
        "s",
        "sim",
        "vero",
        "da",
        "tak",
        "waar",
        "kyllä",
        ".t.",
        "*",
    ]
)
FALSE = frozenset(
    [
        "false",
        "f",
        "no",
        "n",
        "0",
        "off",
        "unchecked",
        "unticked",
        "disabled",
        "nein",
        "falsch",
        "non",
        "faux",
        "nao",
        "não",
        "falso",
        "nej",
        "nie",
        "nee",
        "onwaar",
        "ei",
        ".f.",
        "✗",
        "×",
    ]
)
MARKS = TRUE - {"o", "s", "j", "t", "y", "1"}
"""Words for true that mean something where nothing at all means false."""
NEGATIONS = ("un", "non", "not ", "non-", "no ", "in", "without ", "dis")


def detect_truths(evidence: Evidence) -> Detection | None:
    """Recognise two opposite words, or one word for true beside nothing at all."""
    words = list(dict.fromkeys(plain(text) for text in evidence.stated))
    if not words or len(words) > 6:
        return None
    true, false = tuple(word for word in words if word in TRUE), tuple(word for word in words if word in FALSE)
    if len(true) + len(false) == len(words) and true and false:
        return _found(true, false, evidence.nulls)
    blank = sum(evidence.stated.values()) < evidence.rows
    if len(true) == len(words) and blank and all(word in MARKS for word in words):
        return _found(true, ("", *evidence.nulls), ())
    return _found(*_opposites(words), evidence.nulls) if len(words) == 2 and _opposites(words) else None


def _found(true: tuple[str, ...], false: tuple[str, ...], nulls: tuple[str, ...]) -> Detection:
    spelling = Spelling(true=true, false=false, null_values=nulls)
    shown = " or ".join("/".join(word or "nothing" for word in words) for words in (true, false))
    return Detection("boolean", spelling, f"{shown} for true or false")


def _opposites(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """A word and its negation: "framed" and "unframed"."""
    for true, false in (words, words[::-1]):
        if len(true) > 2 and any(false == negation + true for negation in NEGATIONS):
            return (true,), (false,)
    return None
