"""What a target must be to be learned."""

import polars as pl
import pytest

from philtre.data.task import infer_target
from philtre.errors import DataError


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([f"I liked number {i}" for i in range(50)], "50 different texts in 50 rows, as free text has"),
        ([f"label {i % 5000}" for i in range(15_000)], "at most 1,000 classes, got 5,000"),
        ([*["often", "seldom"] * 10, "once"], "1 row of the class 'once'"),
    ],
)
def test_texts_that_are_no_classes(values, said):
    with pytest.raises(DataError, match=said):
        infer_target(pl.DataFrame({"y": values}), "y", None)


def test_numbers_that_are_asked_to_be_classes():
    frame = pl.DataFrame({"y": [i % 3000 for i in range(9000)]})
    with pytest.raises(DataError, match="is it a number"):
        infer_target(frame, "y", "classification")
    assert infer_target(frame, "y", None).task == "regression"
