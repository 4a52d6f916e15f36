"""Timestamps: int64 microseconds in UTC on the wire."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Optional

import numpy as np

from philtre.fields.field import Array, Field

MISSING_TIME = np.iinfo(np.int64).min
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Timestamp(Field, frozen=True, tag="timestamp"):
    """A moment. On the wire int64 microseconds since 1970 UTC, the smallest int64 where missing.

    Datetimes, dates and ISO 8601 text are taken; without an offset they are UTC.

    Args:
        missing: whether the value may be unknown.
    """

    missing: bool = False

    advice: ClassVar[str] = "for example 2024-05-01T12:30:00Z"

    @property
    def asks(self) -> str:  # type: ignore[override]
        return "a date and time as ISO 8601 text" + (" or null" if self.missing else "")

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int64)

    @property
    def json_type(self) -> Any:
        return Optional[datetime] if self.missing else datetime  # noqa: UP045

    def validate(self, value: object, name: str, row: int) -> datetime | None:
        if value is None and self.missing:
            return None
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value.strip())
            except ValueError:
                raise self.refuse(value, name, row) from None
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        raise self.refuse(value, name, row)

    def pack(self, values: Sequence[Any], name: str) -> Array:
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
        return {"type": ["string", "null"] if self.missing else "string", "format": "date-time"}


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC; a moment without an offset is UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
