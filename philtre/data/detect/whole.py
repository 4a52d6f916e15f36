"""Whole numbers that state something else than amounts: truth values and moments."""

import re
from datetime import UTC, datetime

import polars as pl

from philtre.data.detect.evidence import Detection, Evidence
from philtre.data.detect.role import words_of
from philtre.fields import Spelling
from philtre.fields.spelling import EPOCHS

SINCE = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
UNTIL = datetime(2036, 1, 1, tzinfo=UTC).timestamp()
TIMES = frozenset({"time", "timestamp", "date", "day", "ts", "epoch", "created", "updated", "datetime", "at", "when"})
"""Words in the name of a column of moments."""
DAY = re.compile(r"^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$")


def detect_whole(column: pl.Series, evidence: Evidence) -> Detection | None:
    """Recognise zeros and ones, seconds since 1970, and days written as 20201231."""
    present = column.drop_nulls()
    if present.dtype.is_float():
        present = present.filter(present.is_finite())
    if not len(present) or (present.dtype.is_float() and not (present == present.round()).all()):
        return None
    if set(present.unique().head(3).to_list()) == {0, 1}:
        return Detection("boolean", Spelling(true=("1",), false=("0",)), "1 or 0 for true or false")
    low, high = float(present.min()), float(present.max())  # type: ignore[arg-type]
    moments = present.n_unique() > len(present) / 2 or bool(words_of(column.name) & TIMES)
    for unit, microseconds in EPOCHS.items():
        scale = 1_000_000 / microseconds
        if moments and SINCE * scale <= low and high <= UNTIL * scale:
            return Detection("timestamp", Spelling(format=unit), f"moments in {unit} since 1970")
    if present.dtype.is_integer() and all(DAY.match(text) for text in evidence.counts):
        return Detection("timestamp", Spelling(format="%Y%m%d"), "days written as 20201231")
    return None
