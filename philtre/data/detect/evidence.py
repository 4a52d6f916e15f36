"""The texts of a column, counted, and what is concluded from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from philtre.fields import Spelling
from philtre.fields.spelling import plain

NULLS = frozenset(
    [
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "#n/a",
        "#na",
        "nan",
        "\\n",
        "null",
        "none",
        "nil",
        "missing",
        "unknown",
        "unk",
        "undefined",
        "undated",
        "?",
        "??",
        "-",
        "--",
        "---",
        ".",
        "..",
        "...",
        "–",
        "—",
        "(null)",
        "(none)",
        "(blank)",
        "[null]",
        "<na>",
        "<null>",
        "tbc",
        "tbd",
        "k.a.",
        "k. a.",
        "keine angabe",
        "inconnu",
        "n.c.",
        "nc",
        "sin datos",
        "s/d",
        "not available",
        "not known",
        "not stated",
        "not given",
        "not recorded",
        "no data",
        "none given",
        "#value!",
        "#ref!",
        "#div/0!",
        "#null!",
    ]
)
"""Texts that people write where there is no value, in lower case."""
WORDED = frozenset(null for null in NULLS if null.replace(" ", "").isalpha() and len(null) > 2) - {"nan", "null"}
"""Those of them that may be names too."""
DIFFERENT = 5_000
"""Different texts that are looked at."""
FIRST = 300
"""Texts that are looked at in the order of the rows."""
STRAY = 0.1
"""So large a share of the values may be strays: mistyped, or words in place of a value."""
WORDS = 3
"""So many different words may stand in place of more values than that, up to half of them."""


class Detection(NamedTuple):
    """What a column's texts state."""

    kind: str
    spelling: Spelling
    note: str
    """How they are written, in words."""


@dataclass(frozen=True)
class Evidence:
    """The texts of a column without blanks at their ends, less the empty ones."""

    counts: Mapping[str, int]
    """The different texts and how often they occur; at most `DIFFERENT` of them."""
    first: tuple[str, ...]
    """Some texts in the order of the rows."""
    rows: int
    """Number of rows, empty ones included."""

    @classmethod
    def of(cls, column: pl.Series) -> "Evidence":
        """Gather the evidence of a column of texts."""
        if column.dtype.is_nested() or column.dtype in (pl.Object, pl.Binary, pl.Duration):
            return cls({}, (), len(column))
        texts = column.cast(pl.String).str.strip_chars()
        present = texts.filter(texts != "")
        counted = present.alias("text").value_counts(sort=True).head(DIFFERENT)
        return cls(dict(counted.iter_rows()), tuple(present.head(FIRST)), len(column))

    @cached_property
    def nulls(self) -> tuple[str, ...]:
        """The texts that state a missing value, in lower case."""
        return tuple(dict.fromkeys(plain(text) for text in self.counts if plain(text) in NULLS))

    @property
    def names(self) -> Spelling:
        """How names are written: words that may be names do not count as missing; case counts where it tells apart."""
        nulls = tuple(null for null in self.nulls if null not in WORDED)
        return Spelling(nulls, fold=len({plain(text) for text in self.counts}) < len(self.counts))

    @cached_property
    def stated(self) -> dict[str, int]:
        """The texts that state something, and how often."""
        return {text: count for text, count in self.counts.items() if plain(text) not in NULLS}

    def strays(self, readable: set[str]) -> tuple[str, ...] | None:
        """The texts that state something else than the readable ones; None where there are too many."""
        others = [text for text in self.stated if text not in readable]
        count, total = sum(self.stated[text] for text in others), sum(self.stated.values())
        few = count <= STRAY * total and len(others) <= max(WORDS, STRAY * len(self.stated))
        worded = not any(character.isdigit() for text in others for character in text)
        words = worded and len(others) <= WORDS < len(readable) and count <= total / 2
        return tuple(others) if few or words else None

    def null_values(self, strays: tuple[str, ...]) -> tuple[str, ...]:
        """The texts that a spelling takes for missing values."""
        return (*self.nulls, *dict.fromkeys(map(plain, strays)))


def noted(note: str, strays: tuple[str, ...]) -> str:
    """A note that tells of strays too."""
    if not strays:
        return note
    shown = ", ".join(map(repr, strays[:3])) + (", ..." if len(strays) > 3 else "")
    return f"{note}; {shown} count{'s' if len(strays) == 1 else ''} as missing"
