"""A split puts every row in one part; strata, groups and times decide in which."""

from datetime import date

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data import folds, read, split
from philtre.errors import DataError

KINDS = {
    "polars": pl.DataFrame,
    "polars lazy": lambda columns: pl.DataFrame(columns).lazy(),
    "pandas": pd.DataFrame,
    "pyarrow": pa.table,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}
TABLE = {"x": list(range(20)), "y": ["a"] * 12 + ["b"] * 7 + ["c"], "t": [i // 2 for i in range(20)]}
HOW = [{}, {"stratify": "y"}, {"group": "t"}, {"time": "t"}]


def rows(frame: object) -> list[int]:
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    return (frame.pl() if isinstance(frame, duckdb.DuckDBPyRelation) else pl.DataFrame(frame))["x"].to_list()


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_is_split_alike_and_keeps_its_kind(kind: str, how: dict):
    frame = KINDS[kind](TABLE)
    parts = split(frame, **how)
    assert [type(part) for part in parts] == [type(frame)] * 2
    assert [rows(part) for part in parts] == [rows(part) for part in split(pl.DataFrame(TABLE), **how)]


def test_a_pandas_index_is_kept():
    train, test = split(pd.DataFrame({"x": range(10)}, index=range(100, 110)))
    assert (train.index == train["x"] + 100).all()
    assert sorted([*train.index, *test.index]) == list(range(100, 110))


@given(
    y=st.lists(st.integers(0, 3), min_size=2, max_size=60),
    test=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**64),
    how=st.sampled_from(["random", "stratify", "group", "time"]),
)
def test_the_parts_hold_every_row_once_in_order(y: list[int], test: float, seed: int, how: str):
    frame = pl.DataFrame({"x": range(len(y)), "y": y})
    try:
        parts = split(frame, test=test, seed=seed, **({} if how == "random" else {how: "y"}))
    except DataError:
        assert how != "random"
        return
    train, judged = (part["x"].to_list() for part in parts)
    assert train
    assert judged
    assert sorted(train + judged) == list(range(len(y)))
    assert train == sorted(train)
    assert judged == sorted(judged)


@given(y=st.lists(st.sampled_from("aab"), min_size=10, max_size=80), test=st.floats(0.1, 0.5), seed=st.integers(0, 9))
def test_strata_are_shared_out_within_a_row(y: list[str], test: float, seed: int):
    frame = pl.DataFrame({"y": [*y, "alone"]})
    train, judged = split(frame, test=test, stratify="y", seed=seed)
    assert judged.height == min(max(1, round(test * frame.height)), frame.height - 1)
    assert "alone" in train["y"]
    for name in set(y) if min(y.count(name) for name in set(y)) > 1 else ():
        assert abs((judged["y"] == name).sum() - judged.height * y.count(name) / len(y)) <= 1


@given(groups=st.lists(st.integers(0, 9), min_size=10, max_size=60), seed=st.integers(0, 9))
def test_no_group_is_on_both_sides(groups: list[int], seed: int):
    frame = pl.DataFrame({"g": [0, 1, *groups]})
    train, judged = split(frame, group="g", seed=seed)
    assert not set(train["g"]) & set(judged["g"])
    largest = frame["g"].value_counts()["count"].max()
    assert abs(judged.height - 0.2 * frame.height) <= largest
    for fitted, judging in folds(frame, 2, group="g", seed=seed):
        assert not set(fitted["g"]) & set(judging["g"])


@given(times=st.lists(st.integers(0, 9), min_size=2, max_size=60))
def test_the_latest_rows_judge_and_equal_times_stay_together(times: list[int]):
    frame = pl.DataFrame({"t": [-1, *times]})
    train, judged = split(frame, time="t")
    assert train["t"].max() < judged["t"].min()


@given(n=st.integers(5, 60), parts=st.integers(2, 5), seed=st.integers(0, 9), how=st.sampled_from(HOW[:2]))
def test_each_row_judges_in_one_fold(n: int, parts: int, seed: int, how: dict):
    frame = pl.DataFrame({"x": range(n), "y": [i % 3 for i in range(n)]})
    judged = []
    for train, test in folds(frame, parts, seed=seed, **how):
        assert sorted([*train["x"], *test["x"]]) == list(range(n))
        assert abs(test.height - n / parts) < 1
        judged += test["x"].to_list()
    assert sorted(judged) == list(range(n))


def test_folds_in_time_judge_what_comes_next():
    frame = pl.DataFrame({"day": [date(2024, 1, 1 + i) for i in (3, 1, 2, 0, 5, 4)]})
    days = [
        ([day.day for day in train["day"]], [day.day for day in test["day"]])
        for train, test in folds(frame, 2, time="day")
    ]
    assert days == [([2, 1], [4, 3]), ([4, 2, 3, 1], [6, 5])]


def test_same_seed_same_rows_on_any_machine():
    frame = pl.DataFrame({"x": range(20)})
    assert split(frame, seed=7)[1]["x"].to_list() == [4, 8, 15, 16]
    assert split(frame, seed=8)[1]["x"].to_list() != [4, 8, 15, 16]


def test_a_missing_class_is_a_class():
    frame = pl.DataFrame({"y": [None] * 10 + ["a"] * 10})
    train, test = split(frame, stratify="y")
    assert (train["y"].null_count(), test["y"].null_count()) == (8, 2)


def test_dates_that_are_text_are_ordered(tmp_path):
    pl.DataFrame({"day": ["2024-10-01", "2023-01-31", "2024-02-01"]}).write_csv(tmp_path / "t.csv")
    assert split(read(tmp_path / "t.csv"), time="day")[1]["day"].to_list() == ["2024-10-01"]


FRAME = pl.DataFrame(
    {"x": range(9), "y": ["a", None] + ["b"] * 7, "n": [1.0, float("nan")] + [2.0] * 7, "one": [1] * 9}
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: split(FRAME, test=0), "a share 0 < test < 1, got test=0"),
        (lambda: split(FRAME, test=1.0), "a share 0 < test < 1, got test=1.0"),
        (lambda: split(FRAME, test=float("nan")), "a share 0 < test < 1, got test=nan"),
        (lambda: split(FRAME, seed=-1), "a seed >= 0, got -1"),
        (lambda: split(FRAME.head(1)), "at least 2 rows, got 1"),
        (lambda: folds(FRAME.head(4)), "at least 5 rows, got 4"),
        (lambda: folds(FRAME, 1), "at least 2 parts, got parts=1"),
        (lambda: split(FRAME, group="z"), "a column of .*'x', 'y', 'n', 'one'.*, got 'z'"),
        (lambda: split(FRAME, group="y"), "column 'y' expects a group in every row, got none in row 1. Hint: fill or"),
        (lambda: split(FRAME, time="n"), "column 'n' expects a time in every row, got none in row 1"),
        (lambda: split(FRAME, group="one"), "column 'one' expects at least 2 different values, got 1"),
        (lambda: split(FRAME, time="one"), "column 'one' expects at least 2 different values, got 1"),
        (lambda: folds(FRAME, 8, time="n"), "column 'n' expects"),
        (
            lambda: split(FRAME, stratify="x"),
            "more than 2 rows to choose from, got 9 of 9 rows whose",
        ),
        (
            lambda: split(FRAME, stratify="y", time="x"),
            "one of stratify, group and time, got a class 'y' and a time",
        ),
        (
            lambda: split(FRAME.with_columns(t=pl.lit("1/2/2013")), time="t"),
            "such as 2024-05-01, got '1/2/2013'",
        ),
        (lambda: split(FRAME.with_columns(t=pl.lit([1])), time="t"), "such as 2024-05-01, got values of type"),
        (lambda: split([1, 2, 3]), "a data frame, got a list"),
        (lambda: split(pd.DataFrame([[1, 2]] * 3, columns=["a", "a"])), "column names that differ"),
    ],
)
def test_what_cannot_be_split_is_refused(call, message: str):
    with pytest.raises(DataError, match=message):
        call()
