"""Civil: the calendar parts of moments, in integer arithmetic."""

from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.errors import DataError

DAY = 86_400_000_000
"""Microseconds."""
FIRST, LAST = -719_162 * DAY, 2_932_897 * DAY - 1
"""The moments of the years 1 to 9999."""
PARTS = ("year", "quarter", "month", "day", "weekday", "hour", "minute", "dayofyear", "week", "is_weekend")


class Civil:
    """The parts of moments, each int64[n], in UTC and in the calendar of today, extended to all years.

    The names are those of `PARTS`; Monday is weekday 1 and the week is that of ISO 8601.

    Args:
        moments: int64[n], microseconds since 1970; held within the years 1 to 9999.

    Reference: Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013, civil_from_days.
    """

    def __init__(self, moments: jax.Array) -> None:
        since_first = jnp.clip(moments, np.int64(FIRST), np.int64(LAST)) - np.int64(FIRST)
        self.days = _div(since_first, DAY)
        self.time = since_first - self.days * np.int64(DAY)

    @cached_property
    def date(self) -> "Date":
        return date(self.days)

    @property
    def year(self) -> jax.Array:
        return self.date.year

    @property
    def quarter(self) -> jax.Array:
        return _div(self.month + np.int64(2), 3)

    @property
    def month(self) -> jax.Array:
        return self.date.month

    @property
    def day(self) -> jax.Array:
        return self.date.day

    @property
    def dayofyear(self) -> jax.Array:
        return self.date.dayofyear

    @property
    def weekday(self) -> jax.Array:
        # the first day of year 1 was a Monday
        return _rem(self.days, 7) + np.int64(1)

    @property
    def is_weekend(self) -> jax.Array:
        return (self.weekday > 5).astype(jnp.int64)

    @property
    def week(self) -> jax.Array:
        thursday = self.days - self.weekday + np.int64(4)
        return _div(date(thursday).dayofyear - np.int64(1), 7) + np.int64(1)

    @property
    def hour(self) -> jax.Array:
        return _div(self.time, DAY // 24)

    @property
    def minute(self) -> jax.Array:
        return _rem(_div(self.time, 60_000_000), 60)


class Date(NamedTuple):
    """Year, month, day of the month and day of the year; each int64[n]."""

    year: jax.Array
    month: jax.Array
    day: jax.Array
    dayofyear: jax.Array


def check_parts(parts: tuple[str, ...], known: tuple[str, ...], name: str) -> None:
    """Refuse parts of a moment.

    Raises:
        DataError: if there is none, or one is unknown or there twice.
    """
    if not parts or set(parts) - set(known) or len(set(parts)) < len(parts):
        raise DataError(f"recipe step '{name}'", expected=f"different parts of {list(known)}", got=f"{list(parts)}")


def date(days: jax.Array) -> Date:
    """The date that is `days` after the first day of year 1; int64[n], not negative."""
    # years begin in March here, so that the leap day is the last one: the first such year began 306 days earlier
    days = days + np.int64(306)
    era = _div(days, 146_097)
    of_era = days - era * np.int64(146_097)
    year_of_era = _div(of_era - _div(of_era, 1460) + _div(of_era, 36_524) - _div(of_era, 146_096), 365)
    of_year = of_era - (np.int64(365) * year_of_era + _div(year_of_era, 4) - _div(year_of_era, 100))
    month = _div(np.int64(5) * of_year + np.int64(2), 153)
    day = of_year - _div(np.int64(153) * month + np.int64(2), 5) + np.int64(1)
    late = (month >= 10).astype(jnp.int64)
    year = year_of_era + era * np.int64(400) + late
    leap = ((_rem(year, 4) == 0) & ((_rem(year, 100) != 0) | (_rem(year, 400) == 0))).astype(jnp.int64)
    january = jnp.where(late > 0, of_year - np.int64(305), of_year + np.int64(60) + leap)
    return Date(year, month + np.int64(3) - np.int64(12) * late, day, january)


def _div(a: jax.Array, b: int) -> jax.Array:
    """Divide what is not negative; a plain division, unlike `//`, needs no correction of signs."""
    return lax.div(a, jnp.full_like(a, b))


def _rem(a: jax.Array, b: int) -> jax.Array:
    return a - _div(a, b) * np.int64(b)
