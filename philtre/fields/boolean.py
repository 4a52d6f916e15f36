"""Booleans: int8 on the wire, with a code for a missing value."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Optional

import numpy as np

from philtre.fields.field import Array, Field
from philtre.fields.spelling import PLAIN, Spelling


class Boolean(Field, frozen=True, tag="boolean"):
    """True or false. On the wire int8: 1, 0, and -1 where missing.

    Args:
        missing: whether the value may be unknown.
        spelling: how texts and numbers state the value; where it is plain, they are refused.
    """

    missing: bool = False
    spelling: Spelling = PLAIN

    advice: ClassVar[str] = "without quotes; null states a missing value, where one is allowed"

    @property
    def asks(self) -> str:  # type: ignore[override]
        return "true, false or null" if self.missing else "true or false"

    @property
    def typed(self) -> bool:
        return self.spelling == PLAIN

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int8)

    @property
    def json_type(self) -> Any:
        plain: Any = bool if self.typed else bool | int | float | str
        return Optional[plain] if self.missing else plain  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> bool | None:
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if not self.typed:
            return self._read(value, name, row)
        if self.missing and (value is None or (isinstance(value, float) and math.isnan(value))):
            return None
        raise self.refuse(value, name, row)

    def _read(self, value: object, name: str, row: int) -> bool | None:
        """Read a text, a number or None; a spelling may say that nothing at all means false."""
        text = "" if value is None or value != value else _text(value)
        try:
            return self.spelling.truth(text)
        except ValueError:
            if self.missing and self.spelling.is_null(text):
                return None
        raise self.refuse(value, name, row)

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.typed:
            values = [self.validate(value, name, row) for row, value in enumerate(values)]
        return np.array([-1 if value is None else value for value in values], np.int8)

    def parse(self, text: str, name: str, row: int) -> bool | None:
        return self._read(text, name, row)

    def encode_column(self, column: Array, name: str) -> Array:
        if column.dtype.kind == "b":
            return column.astype(np.int8)
        return self.encode(column.tolist(), name)

    def decode(self, wire: Array) -> list[Any]:
        return [None if value < 0 else bool(value) for value in wire.tolist()]

    def refused(self, wire: Array) -> Array:
        return (wire > 1) | (wire < (-1 if self.missing else 0))

    def schema(self) -> dict[str, Any]:
        kinds = ["boolean"] + ["string", "number"] * (not self.typed) + ["null"] * self.missing
        return {"type": kinds if len(kinds) > 1 else kinds[0]}


def _text(value: object) -> str:
    """A value as a column of texts would hold it: 1.0 is "1"."""
    if isinstance(value, float | np.floating) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
