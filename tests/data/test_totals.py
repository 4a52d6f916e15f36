import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data.steps.statistic import Goals, Totals, TotalsOf
from philtre.data.totals import FOLDS, folds_of, total
from philtre.errors import DataError

ROWS = st.lists(st.tuples(st.none() | st.sampled_from("abc"), st.integers(-5, 5)), min_size=1, max_size=40)


def totals(rows: list[tuple[str | None, int]]) -> Totals:
    frame = pl.DataFrame(rows, schema={"name": pl.String, "y": pl.Float64}, orient="row")
    return total(
        frame.lazy(), TotalsOf(pl.col("name")), Goals((pl.col("y"), (pl.col("y") > 0).cast(pl.Float64)), ("y", "above"))
    )


@given(ROWS)
def test_totals_are_sums_over_the_rows_of_a_value_and_fold(rows: list[tuple[str | None, int]]):
    found, fold = totals(rows), folds_of(len(rows))
    assert set(found.values) == {name for name, _ in rows}
    for name, place in found.values.items():
        for each in range(FOLDS):
            own = [y for (value, y), at in zip(rows, fold, strict=True) if value == name and at == each]
            assert found.counts[place, each] == len(own)
            assert found.sums[place, each].tolist() == [sum(own), sum(y > 0 for y in own)]
    assert found.squares[0] == sum(y**2 for _, y in rows)
    assert found.names == ("y", "above")


def test_every_row_is_in_one_fold_and_neighbours_are_in_several():
    assert len(folds_of(0)) == 0
    assert set(folds_of(20)) == set(range(FOLDS))
    np.testing.assert_array_equal(folds_of(1000)[:20], folds_of(20))
    assert np.bincount(folds_of(1_000_000)).max() < 1.01 * 1_000_000 / FOLDS


def test_without_a_target_there_is_nothing_to_learn():
    with pytest.raises(DataError, match="a target to learn from, got none"):
        total(pl.LazyFrame({"a": ["x"]}), TotalsOf(pl.col("a")), None)
