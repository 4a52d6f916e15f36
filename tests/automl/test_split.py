import numpy as np
import polars as pl
import pytest

from philtre.automl.options import Options
from philtre.automl.split import split
from philtre.errors import DataError


def frame(n):
    return pl.DataFrame({"shop": [f"s{i % 7}" for i in range(n)], "day": range(n), "hole": [None, *range(n - 1)]})


def test_five_folds_of_a_small_table_one_fifth_of_a_large():
    assert len(split(frame(100), None, Options())) == 5
    (fit, judge), *others = split(frame(20_001), None, Options())
    assert (len(fit), len(judge), others) == (16_000, 4_001, [])
    assert len(split(frame(20_001), None, Options(folds=3))) == 3


def test_a_held_out_fifth_by_time_is_the_last():
    ((fit, judge),) = split(frame(20_001), None, Options(time="day"))
    assert fit.max() < judge.min()
    assert len(judge) == 4_000


def test_shops_stay_on_one_side():
    table = frame(100)
    for fit, judge in split(table, None, Options(groups="shop", folds=3)):
        assert not set(table["shop"][fit]) & set(table["shop"][judge])


def test_classes_keep_their_shares():
    labels = np.arange(100) % 4
    for _, judge in split(frame(100), labels, Options(folds=5)):
        assert np.bincount(labels[judge]).tolist() == [5, 5, 5, 5]


@pytest.mark.parametrize(("column", "said"), [("shops", "is 'shop' meant"), ("hole", "1 missing")])
def test_a_column_that_cannot_split(column, said):
    with pytest.raises(DataError, match=said):
        split(frame(50), None, Options(groups=column))
