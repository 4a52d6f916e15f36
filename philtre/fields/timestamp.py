"""Timestamps: int64 microseconds in UTC on the wire."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Optional

import numpy as np

from philtre.fields.field import Array, Field
from philtre.fields.spelling import EPOCHS, PLAIN, Spelling

MISSING_TIME = np.iinfo(np.int64).min
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Timestamp(Field, frozen=True, tag="timestamp"):
    """A moment. On the wire int64 microseconds since 1970 UTC, the smallest int64 where missing.

    Datetimes, dates and ISO 8601 text are taken; without an offset they are UTC.

    Args:
        missing: whether the value may be unknown.
        spelling: how texts and numbers state the moment; where it is plain, as ISO 8601.
    """

    missing: bool = False
    spelling: Spelling = PLAIN

    @property
    def advice(self) -> str:  # type: ignore[override]
        example = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
        if not self.spelling.format:
            return "for example 2024-05-01T12:30:00Z"
        if self.spelling.format in EPOCHS:
            return f"for example {microseconds(example) // EPOCHS[self.spelling.format]}"
        return f"for example {example.strftime(self.spelling.format)}"

    @property
    def typed(self) -> bool:
        return self.spelling == PLAIN

    @property
    def asks(self) -> str:  # type: ignore[override]
        written = f"in the form '{self.spelling.format}'" if self.spelling.format else "as ISO 8601 text"
        return f"a date and time {written}" + (" or null" if self.missing else "")

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int64)

    @property
    def json_type(self) -> Any:
        plain: Any = datetime if self.typed else int | float | str
        return Optional[plain] if self.missing else plain  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> datetime | None:
        if value is None and self.missing:
            return None
        if not self.typed and isinstance(value, str | int | float | np.number):
            value = str(value)
            if self.spelling.is_null(value):
                return self.validate(None, name, row)
        if isinstance(value, str):
            try:
                return self.spelling.moment(value)
            except ValueError:
                raise self.refuse(value, name, row) from None
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        raise self.refuse(value, name, row)

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.typed:
            values = [self.validate(value, name, row) for row, value in enumerate(values)]
        return np.array([MISSING_TIME if value is None else microseconds(value) for value in values], np.int64)

    def parse(self, text: str, name: str, row: int) -> datetime | None:
        return self.validate(text if text.strip() else None, name, row)

    def encode_column(self, column: Array, name: str) -> Array:
        if column.dtype.kind != "M":
            return self.encode(column.tolist(), name)
        wire = column.astype("datetime64[us]").astype(np.int64)
        return self.check(wire, name)

    def decode(self, wire: Array) -> list[Any]:
        moments = wire.astype("datetime64[us]").tolist()
        return [moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None for moment in moments]

    def refused(self, wire: Array) -> Array:
        return np.asarray((wire == MISSING_TIME) & (not self.missing))

    def schema(self) -> dict[str, Any]:
        kinds = ["string"] + ["number"] * (not self.typed) + ["null"] * self.missing
        types = {"type": kinds if len(kinds) > 1 else kinds[0]}
        return types if self.spelling.format else types | {"format": "date-time"}


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC; a moment without an offset is UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
