import math
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from philtre.data import collect as module
from philtre.data.collect import collect
from philtre.data.steps.statistic import Counts, Moments, Quantiles

TABLE = pl.DataFrame({"a": [1.0, None, 2.0, 5.0], "name": ["x", "y", None, "x"], "none": [None] * 4})
A = pl.col("a")


@pytest.mark.parametrize("exact_rows", [0, 1_000_000])
def test_all_kinds_of_questions(exact_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_ROWS", exact_rows)
    questions = {
        "low": A.min(),
        "median": Quantiles(A, (0.0, 0.5, 1.0)),
        "moment": Moments(A),
        "names": Counts(pl.col("name")),
        "nothing": Quantiles(pl.col("none").cast(pl.Float64), (0.5,)),
    }
    found = collect(TABLE.lazy(), TABLE.height, questions)
    assert found["low"] == 1
    assert found["median"] == (1, 2, 5)
    assert found["nothing"] == (None,)
    assert found["names"] == {"x": 2, "y": 1}
    assert found["moment"].center + found["moment"].remainder == pytest.approx(8 / 3)
    assert found["moment"].deviation == pytest.approx(np.std([1, 2, 5]))


def test_the_most_frequent_values_are_the_smallest_of_equally_frequent_ones() -> None:
    frame = pl.DataFrame({"words": [["b", "c"], ["a", "c"], None, []]})
    column = pl.col("words").explode()
    assert collect(frame.lazy(), 4, {"few": Counts(column, most=2), "all": Counts(column)}) == {
        "few": {"c": 2, "a": 1},
        "all": {"a": 1, "b": 1, "c": 2},
    }


def test_moments_of_far_integers_are_exact() -> None:
    frame = pl.DataFrame({"n": [2**62, 2**62 + 1, 2**62 + 3], "wide": [-(2**63), 0, 2**63 - 1]})
    found = collect(frame.lazy(), 3, {name: Moments(pl.col(name)) for name in frame.columns})
    assert found["n"].center == 2**62 + 1
    assert found["n"].remainder == pytest.approx(1 / 3)
    assert found["n"].deviation == pytest.approx(np.std([0, 1, 3]))
    assert found["wide"].deviation == pytest.approx(2**63 * math.sqrt(2 / 3))


def test_a_file_is_streamed(tmp_path) -> None:
    day = pl.datetime_range(datetime(2020, 1, 1), datetime(2020, 1, 31), "1h", eager=True)
    pl.DataFrame({"day": day, "x": range(len(day))}).write_parquet(tmp_path / "days.parquet")
    frame = pl.scan_parquet(tmp_path / "days.parquet")
    found = collect(
        frame, len(day), {"x": Quantiles(pl.col("x"), (0.5,)), "day": Moments(pl.col("day").cast(pl.Int64))}
    )
    assert found["x"] == (360,)
    assert found["day"].center == 1_579_132_800_000_000


def test_nothing_asked_nothing_found() -> None:
    assert collect(TABLE.lazy(), TABLE.height, {}) == {}
