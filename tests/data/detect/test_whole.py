from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from philtre.data.detect import Detection, Evidence
from philtre.data.detect.whole import detect_whole
from philtre.fields import Spelling

DAYS = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=7 * i) for i in range(60)]


def detect(values: list, name: str = "a") -> Detection | None:
    column = pl.Series(name, values)
    return detect_whole(column, Evidence.of(column))


@pytest.mark.parametrize("values", [[0, 1, 1], [0.0, 1.0, None], [1, 0, None]])
def test_zeros_and_ones_are_truth_values(values: list):
    found = detect(values)
    assert found is not None
    assert (found.kind, found.spelling) == ("boolean", Spelling(true=("1",), false=("0",)))


@pytest.mark.parametrize(("unit", "scale"), [("s", 1), ("ms", 1000)])
def test_seconds_since_1970(unit: str, scale: int):
    found = detect([int(day.timestamp() * scale) for day in DAYS])
    assert found is not None
    assert (found.kind, found.spelling) == ("timestamp", Spelling(format=unit))


def test_seconds_that_repeat_are_told_by_the_name():
    values = [int(DAYS[0].timestamp()) + i % 3 for i in range(60)]
    assert detect(values) is None
    found = detect(values, "created_at")
    assert found is not None
    assert found.kind == "timestamp"


def test_days_written_as_one_number():
    found = detect([int(day.strftime("%Y%m%d")) for day in DAYS])
    assert found is not None
    assert (found.kind, found.spelling) == ("timestamp", Spelling(format="%Y%m%d"))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0, 1, 2], id="counts"),
        pytest.param([0, 0], id="only zeros"),
        pytest.param([0.0, 0.5, 1.0], id="fractions"),
        pytest.param([20231301, 20240101], id="a thirteenth month"),
        pytest.param([None, None], id="nothing"),
        pytest.param([float("nan"), float("inf")], id="no finite number"),
        pytest.param([2**62, 5], id="large"),
    ],
)
def test_other_numbers_are_amounts(values: list):
    column = pl.Series("a", values, dtype=pl.Int64 if values == [None, None] else None)
    assert detect_whole(column, Evidence.of(column)) is None
