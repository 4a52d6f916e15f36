"""Categories: names at the boundary, codes inside."""

import math
import numbers
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, Optional

import msgspec
import numpy as np

from philtre.errors import SignatureError
from philtre.fields.field import Array, Field, is_unicode
from philtre.fields.spelling import PLAIN, Spelling


class Category(Field, frozen=True, tag="category"):
    """One of a list of names. On the wire a string, "" where missing; inside, its position in the list.

    Whole numbers and booleans are taken by their text (3 is "3"), so that codes need no quotes.

    Args:
        values: the known names, in the order of their codes; none empty, none twice.
        missing: whether the value may be unknown (null). Its code is ``len(values) + 1``.
        unknown: whether names that are not in the list are taken. Their code is ``len(values)``.
        spelling: which texts state a missing value, and whether case and blanks count.
    """

    values: tuple[str, ...]
    missing: bool = False
    unknown: bool = False
    spelling: Spelling = PLAIN

    def __post_init__(self) -> None:
        if len(set(self.values)) != len(self.values) or "" in self.values:
            raise SignatureError(
                "Category", expected="values that are unique and not empty", got=f"{list(self.values)[:8]}"
            )

    @property
    def asks(self) -> str:  # type: ignore[override]
        shown = ", ".join(repr(value) for value in self.values[:8])
        known = f"{shown}{', ...' if len(self.values) > 8 else ''}"
        asked = (
            "a text that is not empty" + (f", such as {known}" if known else "") if self.unknown else f"one of {known}"
        )
        return asked + (" or null" if self.missing else "")

    @property
    def advice(self) -> str:  # type: ignore[override]
        return "null states a missing value" if self.missing else "the field is never missing"

    @cached_property
    def codes(self) -> dict[str, int]:
        """Code of every known value and of the missing one."""
        return {value: code for code, value in enumerate(self.values)} | {"": len(self.values) + 1}

    @cached_property
    def plain(self) -> frozenset[str]:
        """The texts that are taken as they are, without a second look."""
        return frozenset(self.values if self.typed else ())

    @property
    def typed(self) -> bool:
        return self.spelling == PLAIN

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(object)

    @property
    def core_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int32)

    @property
    def json_type(self) -> Any:
        if self.unknown or not self.values or not self.typed:
            plain: Any = Annotated[str, msgspec.Meta(min_length=1)] | int
        else:
            plain = Literal[self.values]
        return Optional[plain] if self.missing else plain  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> str | None:
        if type(value) is str and value in self.plain:
            return value
        if value is None or (isinstance(value, float) and math.isnan(value)):
            if self.missing:
                return None
            raise self.refuse(None, name, row)
        text = self._text(value)
        if not text:
            raise self.refuse(value, name, row)
        if not self.typed:
            text = self.spelling.name(text)
            if not text:
                return self.validate(None, name, row)
        if not (text.isascii() or is_unicode(text)):
            raise self.refuse(value, name, row, expected="text without lone surrogates")
        if not self.unknown and text not in self.codes:
            raise self.refuse(value, name, row)
        return text

    @staticmethod
    def _text(value: object) -> str | None:
        if isinstance(value, str):
            return str(value)
        if isinstance(value, bool | np.bool_):
            return "true" if value else "false"
        if isinstance(value, numbers.Integral):
            return str(int(value))
        if isinstance(value, float | np.floating) and math.isfinite(value):
            return str(int(value)) if value == int(value) else repr(float(value))
        return None

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.typed:
            values = [self.validate(value, name, row) for row, value in enumerate(values)]
        packed = np.empty(len(values), object)
        packed[:] = ["" if value is None else value if type(value) is str else str(value) for value in values]
        return packed

    def parse(self, text: str, name: str, row: int) -> str | None:
        return self.validate(text or None, name, row)

    def decode(self, wire: Array) -> list[Any]:
        return [value or None for value in wire.tolist()]

    def refused(self, wire: Array) -> Array:
        known = self.codes
        texts = wire.tolist()
        return np.array([not self._allows(text, known) for text in texts], bool)

    def _allows(self, text: object, known: dict[str, int]) -> bool:
        if not isinstance(text, str):
            return False
        if text == "":
            return self.missing
        return (text in known) or (self.unknown and (text.isascii() or is_unicode(text)))

    def to_core(self, wire: Array) -> Array:
        codes, other = self.codes, len(self.values)
        return np.array([codes.get(text, other) for text in wire.tolist()], np.int32)

    def from_core(self, core: Array) -> Array:
        names: Array = np.array([*self.values, "", ""], object)
        return names.take(np.asarray(core))

    def schema(self) -> dict[str, Any]:
        if self.unknown:
            return {
                "type": ["string", "null"] if self.missing else "string",
                "examples": list(self.values[:20]),
            }
        return {"enum": [*self.values, None] if self.missing else list(self.values)}
