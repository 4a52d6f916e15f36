from datetime import datetime

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data.steps.civil import FIRST, LAST, PARTS, Civil

THEIRS = {"dayofyear": "ordinal_day"}
EDGES = [
    *(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(1970, 1, 1)),
    *(datetime(1969, 12, 31, 23, 59, 59, 999999), datetime(1900, 2, 28), datetime(1900, 3, 1), datetime(2000, 2, 29)),
    *(datetime(2000, 12, 31), datetime(2021, 1, 3), datetime(2020, 12, 31), datetime(2018, 12, 31), datetime(4, 2, 29)),
]


@jax.jit
def all_parts(moments: jax.Array) -> dict[str, jax.Array]:
    civil = Civil(moments)
    return {part: getattr(civil, part) for part in PARTS}


def parts(moments: np.ndarray) -> dict[str, list[int]]:
    with jax.enable_x64(True):
        return {part: values.tolist() for part, values in all_parts(jnp.asarray(moments)).items()}


def theirs(column: pl.Series, part: str) -> list[int]:
    if part == "is_weekend":
        return (column.dt.weekday() > 5).cast(pl.Int64).to_list()
    return getattr(column.dt, THEIRS.get(part, part))().to_list()


MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999))


@given(moments=st.lists(MOMENTS, min_size=20, max_size=20))
def test_the_parts_are_those_of_polars(moments: list[datetime]):
    column = pl.Series([*EDGES, *moments], dtype=pl.Datetime("us"))
    answers = parts(column.cast(pl.Int64).to_numpy())
    for part, answer in answers.items():
        assert answer == theirs(column, part), part


def test_every_day_of_four_centuries_and_the_years_around_1970():
    column = pl.datetime_range(datetime(1800, 1, 1), datetime(2210, 1, 1), "1d", time_unit="us", eager=True)
    answers = parts(column.cast(pl.Int64).to_numpy())
    for part, answer in answers.items():
        assert answer == theirs(column, part), part


@pytest.mark.parametrize(("moment", "year"), [(FIRST - 1, 1), (LAST + 1, 9999), (-(2**63), 1), (2**63 - 1, 9999)])
def test_moments_beyond_are_held(moment: int, year: int):
    assert parts(np.array([moment]))["year"] == [year]
