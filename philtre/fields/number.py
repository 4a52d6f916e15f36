"""Numbers: float32 on the wire, or whole numbers of 64 bits."""

import math
from collections.abc import Sequence
from functools import cached_property
from numbers import Real
from typing import Annotated, Any, Optional

import msgspec
import numpy as np

from philtre.fields.field import Array, Field
from philtre.fields.spelling import PLAIN, Spelling

FLOAT32_MAX = float(np.finfo(np.float32).max)
EXACT_INTEGER = 2**53


class Number(Field, frozen=True, tag="number"):
    """A finite number.

    In columns and files, where one value must not spoil the others, a number beyond float32 counts as missing, as an
    infinite one does, if missing is allowed. In rows and JSON it is refused.

    Args:
        integer: whole numbers only. On the wire int64, or float64 where missing is allowed (then up to 2**53).
        missing: whether the value may be unknown (null, NaN). On the wire NaN.
        spelling: how texts state the number; where it is plain, texts are refused.
    """

    integer: bool = False
    missing: bool = False
    spelling: Spelling = PLAIN

    @property
    def advice(self) -> str:  # type: ignore[override]
        quotes = "write it without quotes; " if self.typed else ""
        return f"{quotes}null states a missing value, where one is allowed"

    @property
    def typed(self) -> bool:
        return self.spelling == PLAIN

    @property
    def asks(self) -> str:  # type: ignore[override]
        return ("a whole number" if self.integer else "a finite number") + (" or null" if self.missing else "")

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        if not self.integer:
            return np.dtype(np.float32)
        return np.dtype(np.float64 if self.missing else np.int64)

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Smallest and largest value that the wire carries exactly enough."""
        if not self.integer:
            return -FLOAT32_MAX, FLOAT32_MAX
        return (-EXACT_INTEGER, EXACT_INTEGER) if self.missing else (-(2**63), 2**63 - 1)

    @property
    def json_type(self) -> Any:
        low, high = self.limits
        plain: Any = Annotated[int if self.integer else float, msgspec.Meta(ge=low, le=high)]
        spelled = plain if self.typed else plain | str
        return Optional[spelled] if self.missing else spelled  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> float | None:
        low, high = self.limits
        if type(value) is (int if self.integer else float) and low <= value <= high:
            return value
        if isinstance(value, str) and not self.typed:
            value = self._read(value, name, row)
        if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
            if self.missing:
                return None
            raise self.refuse(value, name, row)
        if isinstance(value, bool) or not isinstance(value, Real):
            raise self.refuse(value, name, row)
        if not low <= value <= high:  # type: ignore[operator]
            raise self.refuse(value, name, row, expected=f"{self.asks} between {low:g} and {high:g}")
        if not self.integer:
            return float(value)
        whole = int(value)  # type: ignore[call-overload]
        if value != whole:
            raise self.refuse(value, name, row)
        return whole  # type: ignore[no-any-return]

    def _read(self, text: str, name: str, row: int) -> float | None:
        """Read a text; None where it states a missing value."""
        try:
            return self._plain(text) if self.typed else self._spelled(text)
        except ValueError:
            raise self.refuse(text, name, row) from None

    def _plain(self, text: str) -> float | None:
        stripped = text.strip()
        if not stripped:
            return None
        try:
            return int(stripped) if self.integer else float(stripped)
        except ValueError:
            return float(stripped)

    def _spelled(self, text: str) -> float | None:
        return None if self.spelling.is_null(text) else self.spelling.number(text)

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.typed:
            values = [self.validate(value, name, row) for row, value in enumerate(values)]
        if self.missing:
            values = [math.nan if value is None else value for value in values]
        return np.array(values, self.wire_dtype)

    def parse(self, text: str, name: str, row: int) -> float | None:
        value = self._read(text, name, row)
        if value is not None and not self.integer:
            if math.isinf(value) and self.typed:
                return value
            if self.missing and abs(value) > FLOAT32_MAX:
                return None
        return self.validate(value, name, row)

    def encode_column(self, column: Array, name: str) -> Array:
        if column.dtype.kind not in "iuf":
            return self.encode(column.tolist(), name)
        low, high = self.limits
        numeric = column if column.dtype.kind in "iu" else column.astype(np.float64, copy=False)
        if self.missing and not self.integer and numeric.dtype.kind == "f":
            numeric = np.where(np.isfinite(numeric) & (np.abs(numeric) > high), np.nan, numeric)
        bad = self._refused_values(numeric, low, high)
        if bad.any():
            row = int(np.argmax(bad))
            self.validate(numeric[row].item(), name, row)
        return numeric.astype(self.wire_dtype)

    def _refused_values(self, numeric: Array, low: float, high: float) -> Array:
        if numeric.dtype.kind in "iu":
            return (numeric < low) | (numeric > high) if self.integer else np.zeros(len(numeric), bool)
        unknown = np.isnan(numeric)
        outside = (np.abs(numeric) > high) & (self.integer | np.isfinite(numeric))
        bad = outside | (unknown & (not self.missing))
        if self.integer:
            bad |= ~unknown & (numeric != np.floor(numeric))
        return bad

    def decode(self, wire: Array) -> list[Any]:
        if not self.missing:
            return wire.tolist()  # type: ignore[no-any-return]
        kind = int if self.integer else float
        return [None if value != value else kind(value) for value in wire.tolist()]

    def refused(self, wire: Array) -> Array:
        if wire.dtype.kind == "i":
            return np.zeros(len(wire), bool)
        return self._refused_values(wire, *self.limits)

    def schema(self) -> dict[str, Any]:
        kinds = ["integer" if self.integer else "number"] + ["string"] * (not self.typed) + ["null"] * self.missing
        return {"type": kinds if len(kinds) > 1 else kinds[0]}
