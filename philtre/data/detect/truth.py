"""Truth values: yes and no in the spellings of people, forms and databases."""

from collections import Counter

from philtre.data.detect.evidence import STRAY, Detection, Evidence
from philtre.fields import Spelling
from philtre.fields.spelling import plain

TRUE = (
    frozenset({"true", "t", "yes", "y", "1", "on", "x", "checked", "ticked", "enabled", "+", "*", ".t."})
    | {"\N{CHECK MARK}", "\N{HEAVY CHECK MARK}", "\N{BALLOT BOX WITH CHECK}"}
    | {"ja", "j", "wahr", "oui", "o", "vrai", "si", "s\xed", "s", "sim", "vero", "da", "tak", "waar"}
)
FALSE = (
    frozenset({"false", "f", "no", "n", "0", "off", "unchecked", "unticked", "disabled", ".f."})
    | {"\N{BALLOT X}", "\N{MULTIPLICATION SIGN}"}
    | {"nein", "falsch", "non", "faux", "n\xe3o", "falso", "nej", "nie", "nee", "onwaar"}
)
MARKS = TRUE - {"o", "s", "j", "1"}
"""Words for true that mean something where nothing at all means false."""
NEGATIONS = ("un", "non", "not ", "non-", "no ", "in", "without ", "dis")


def detect_truths(evidence: Evidence) -> Detection | None:
    """Recognise two opposite words, or one word for true beside nothing at all; a rare third word is no answer."""
    counts: Counter[str] = Counter()
    for text, count in evidence.stated.items():
        counts[plain(text)] += count
    true, false = tuple(counts.keys() & TRUE), tuple(counts.keys() & FALSE)
    other = tuple(counts.keys() - TRUE - FALSE)
    if true and false and len(other) <= 1 and all(_is_stray(word, counts) for word in other):
        return _found(true, false, (*evidence.nulls, *other))
    if true and not other and not false and counts.total() < evidence.rows and counts.keys() <= MARKS:
        return _found(true, ("", *evidence.nulls), ())
    opposites = _opposites(list(counts)) if len(counts) == 2 else None
    return _found(*opposites, evidence.nulls) if opposites else None


def _is_stray(word: str, counts: Counter[str]) -> bool:
    return counts[word] <= STRAY * counts.total() and not word.isdigit()


def _found(true: tuple[str, ...], false: tuple[str, ...], nulls: tuple[str, ...]) -> Detection:
    true, false = tuple(sorted(true)), tuple(sorted(false))
    spelling = Spelling(true=true, false=false, null_values=nulls)
    shown = " or ".join("/".join(word or "nothing" for word in words) for words in (true, false))
    return Detection("boolean", spelling, f"{shown} for true or false")


def _opposites(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """A word and its negation: "framed" and "unframed"."""
    for true, false in (tuple(words), tuple(words[::-1])):
        if len(true) > 2 and any(false == negation + true for negation in NEGATIONS):
            return (true,), (false,)
    return None
