"""Age: the time between two moments as a number."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import numpy as np
import polars as pl

from philtre.data.steps.affine import Affine
from philtre.data.steps.civil import DAY
from philtre.data.steps.step import Step
from philtre.errors import DataError
from philtre.fields.timestamp import microseconds

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "years"]
UNITS = {"seconds": DAY / 86_400, "minutes": DAY / 1440, "hours": DAY / 24, "days": DAY, "weeks": DAY * 7}
UNITS["years"] = DAY * 365.2425


def age(since: str | datetime = "earliest", *, unit: Unit = "days") -> "Age":
    """Turn a moment into the time that has passed since another one, negative if it was before.

    The difference is taken exactly, then rounded to float32; `impute` and `scale` may follow. Use it for trends.

    Args:
        since: "earliest" or "latest" of the fit; or a moment as ISO 8601 text or datetime, UTC if it has no offset.
        unit: "seconds", "minutes", "hours", "days", "weeks" or "years" (of 365.2425 days).

    Raises:
        DataError: if `since` is no moment or the unit is unknown.

    Example:
        >>> age("2000-01-01", unit="years").code
        'age("2000-01-01", unit="years")'
    """
    return Age(since.isoformat() if isinstance(since, datetime) else since, unit=unit)


@dataclass(frozen=True)
class Age(Step):
    """Description made by `age`."""

    since: str
    _: KW_ONLY
    unit: Unit = "days"

    name = "age"
    kinds = frozenset({"timestamp"})
    gives = "number"

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise DataError("recipe step 'age'", expected=f"a unit of {list(get_args(Unit))}", got=repr(self.unit))
        try:
            self._moment({"earliest": 0, "latest": 0})
        except ValueError:
            expected = "'earliest', 'latest' or a moment as ISO 8601 text"
            raise DataError("recipe step 'age'", expected=expected, got=repr(self.since)) from None

    def statistics(self, column: pl.Expr) -> dict[str, pl.Expr]:
        found = {"earliest": column.min(), "latest": column.max()}
        return {self.since: found[self.since]} if self.since in found else {}

    def fit(self, statistics: Mapping[str, Any]) -> Affine:
        return Affine(self._moment(statistics), 0.0, UNITS[self.unit], limit=np.inf)

    def _moment(self, statistics: Mapping[str, Any]) -> int:
        if self.since in statistics:
            return int(statistics[self.since] or 0)
        return microseconds(datetime.fromisoformat(self.since))
