"""Texts: strings at the boundary, the positions of their words in a vocabulary inside."""

import math
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Optional

import msgspec
import numpy as np

from philtre.errors import SignatureError
from philtre.fields.field import Array, Field
from philtre.fields.spelling import PLAIN, Spelling

MISSING_TEXT = -2
"""The first code of a text that is missing."""
PADDING = -1
_WORDS = re.compile(r"\b\w\w+\b")
WORD = r"[\p{L}\p{N}_]{2,}"
"""The same words for the regular expressions of Rust, and so of Polars."""


class Text(Field, frozen=True, tag="text"):
    """Words in any order and number. On the wire ``<name>.tokens``, int64[batch, length].

    A row holds the positions in `words` of those words of the text that are known, in the order of the text, then -1.
    A missing text is -2, then -1. Words are two or more letters, digits or underscores in lower case. A text with more
    known words than `length` is cut: a limit on what callers send. All rows are equally long, so that requests
    of any texts join in one batch, and a runtime that prepares itself for shapes meets no new one.

    Args:
        words: the known words, in the order of their codes; none twice.
        length: codes a row, at most this many words count (>= 1).
        missing: whether the value may be unknown (null or the empty text).
        spelling: which texts state a missing value.

    Example:
        >>> Text(("love", "potion"), length=3).encode(["A potion, a LOVE potion!", "?"], "x")
        array([[ 1,  0,  1],
               [-1, -1, -1]])

    Reference: scikit-learn TfidfVectorizer, its default `token_pattern` and `lowercase`.
    """

    words: tuple[str, ...]
    length: int
    missing: bool = False
    spelling: Spelling = PLAIN

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.words) or self.length < 1:
            got = f"{len(self.words)} words, {len(self.codes)} of them different, and length {self.length}"
            raise SignatureError("Text", expected="words that are unique, and a length of at least 1", got=got)

    @property
    def asks(self) -> str:  # type: ignore[override]
        return "a text or null" if self.missing else "a text that is not empty"

    @property
    def advice(self) -> str:  # type: ignore[override]
        return "null states a missing value" if self.missing else "the field is never missing"

    @cached_property
    def codes(self) -> dict[str, int]:
        """Code of every known word."""
        return {word: code for code, word in enumerate(self.words)}

    @property
    def typed(self) -> bool:
        return self.spelling == PLAIN

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int64)

    @property
    def wire_shape(self) -> tuple[int | str | None, ...]:
        return (None, self.length)

    def wire_name(self, name: str) -> str:
        return f"{name}.tokens"

    @property
    def wire_asks(self) -> str:
        missing = f"; {MISSING_TEXT} first states a missing text" if self.missing else ""
        return f"positions of {len(self.words)} words, then {PADDING}{missing}"

    @property
    def json_type(self) -> Any:
        return Optional[str] if self.missing else Annotated[str, msgspec.Meta(min_length=1)]  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> str | None:
        absent = value is None or (isinstance(value, float) and math.isnan(value))
        if not absent and not isinstance(value, str):
            raise self.refuse(value, name, row)
        text = "" if absent else self.spelling.name(str(value))
        if not text and not self.missing:
            raise self.refuse(value, name, row)
        return text or None

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.typed:
            values = [self.validate(value, name, row) for row, value in enumerate(values)]
        wire = np.full((len(values), self.length), PADDING, np.int64)
        for row, text in enumerate(values):
            codes = self._codes(text) if text else [MISSING_TEXT]
            wire[row, : len(codes)] = codes
        return wire

    def _codes(self, text: str) -> list[int]:
        known = self.codes
        return [known[word] for word in _WORDS.findall(text.lower()) if word in known][: self.length]

    def parse(self, text: str, name: str, row: int) -> str | None:
        return self.validate(text, name, row)

    def decode(self, wire: Array) -> list[Any]:
        """The known words of each text."""
        texts = [" ".join(self.words[code] for code in row if code >= 0) for row in wire.tolist()]
        return [None if codes[0] == MISSING_TEXT else text for codes, text in zip(wire, texts, strict=True)]

    def refused(self, wire: Array) -> Array:
        bad: Array = (wire < PADDING) | (wire >= len(self.words))
        bad[:, 0] &= (wire[:, 0] != MISSING_TEXT) | (not self.missing)
        return bad

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"] if self.missing else "string"}
