"""Booleans: int8 on the wire, with a code for a missing value."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Optional

import numpy as np

from philtre.fields.field import Array, Field


class Boolean(Field, frozen=True, tag="boolean"):
    """True or false. On the wire int8: 1, 0, and -1 where missing.

    Args:
        missing: whether the value may be unknown.
    """

    missing: bool = False

    advice: ClassVar[str] = "without quotes; null states a missing value, where one is allowed"

    _spellings: ClassVar[dict[str, bool]] = {
        "true": True,
        "t": True,
        "yes": True,
        "y": True,
        "1": True,
        "false": False,
        "f": False,
        "no": False,
        "n": False,
        "0": False,
    }

    @property
    def asks(self) -> str:  # type: ignore[override]
        return "true, false or null" if self.missing else "true or false"

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int8)

    @property
    def json_type(self) -> Any:
        return Optional[bool] if self.missing else bool  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> bool | None:
        if isinstance(value, bool | np.bool_):
            return bool(value)
        if self.missing and (value is None or (isinstance(value, float) and math.isnan(value))):
            return None
        raise self.refuse(value, name, row)

    def pack(self, values: Sequence[Any], name: str) -> Array:
        return np.array([-1 if value is None else value for value in values], np.int8)

    def parse(self, text: str, name: str, row: int) -> bool | None:
        word = text.strip().lower()
        if word in self._spellings:
            return self._spellings[word]
        return self.validate(text if word else None, name, row)

    def encode_column(self, column: Array, name: str) -> Array:
        if column.dtype.kind == "b":
            return column.astype(np.int8)
        return self.encode(column.tolist(), name)

    def decode(self, wire: Array) -> list[Any]:
        return [None if value < 0 else bool(value) for value in wire.tolist()]

    def refused(self, wire: Array) -> Array:
        return (wire > 1) | (wire < (-1 if self.missing else 0))

    def schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "null"] if self.missing else "boolean"}
