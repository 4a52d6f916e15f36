from philtre.data import Column, drop
from philtre.data.fitted import FittedColumn


def test_a_dropped_column_gives_no_feature():
    assert FittedColumn("x", Column("text", drop()), (drop().fit({}),)).names == ()
