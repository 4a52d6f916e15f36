from datetime import UTC, datetime, timedelta

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data import Column, Recipe, Target, age, impute, scale
from philtre.data.steps import Masked
from philtre.fields.timestamp import microseconds

MOMENTS = [datetime(2024, 1, 3), datetime(2024, 1, 1, 12), datetime(2023, 12, 31)]


def ages(step, *more, moments=MOMENTS) -> list[float]:
    frame = pl.DataFrame({"at": moments, "y": range(len(moments))}, schema_overrides={"at": pl.Datetime("us")})
    column = Column("timestamp", step, *more, missing=bool(more))
    return Recipe({"at": column}, Target("y", "regression")).fit(frame)(frame)[:, 0].tolist()


def test_it_counts_days_since_a_moment():
    assert ages(age()) == [3, 1.5, 0]
    assert ages(age("latest")) == [0, -1.5, -3]
    assert ages(age("2024-01-01")) == [2, 0.5, -1]


def test_a_moment_may_have_an_offset():
    assert ages(age("2024-01-01T02:00:00+02:00")) == ages(age(datetime(2024, 1, 1, tzinfo=UTC))) == [2, 0.5, -1]


def test_units():
    assert ages(age("2024-01-01", unit="hours")) == [48, 12, -24]
    assert ages(age("2024-01-01", unit="seconds")) == [172_800, 43_200, -86_400]
    np.testing.assert_allclose(ages(age("1023-12-31", unit="years"))[2], 1000, rtol=1e-4)


def test_missing_moments_are_filled_after_it():
    assert ages(age(), impute("median"), scale("min_max"), moments=[*MOMENTS, None]) == [1, 0.5, 0, 0.5]


@given(moment=st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_any_two_moments_have_a_distance(moment: datetime):
    origin = datetime(1970, 1, 1)
    with jax.enable_x64(True):
        at = jnp.asarray(np.array([microseconds(moment)]))
        answer = age("1970-01-01").fit({})(Masked(at, None)).column.values[0]
    assert answer == pytest.approx((moment - origin) / timedelta(days=1), rel=1e-6)


@pytest.mark.parametrize("make", [lambda: age("yesterday"), lambda: age(unit="months")])
def test_arguments_are_refused(make):
    with pytest.raises(ValueError, match="recipe step 'age' expects"):
        make()
