import polars as pl
import pytest

from philtre.data import calendar, clip, impute, ordinal, scale
from philtre.data.collect import collect
from philtre.data.steps import Quantiles, Step


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (scale(), 'scale("standard")'),
        (clip(1, 2), "clip(1, 2)"),
        (clip(high=2), "clip(high=2)"),
        (clip(quantiles=(0.1, 0.9)), "clip(quantiles=(0.1, 0.9))"),
        (calendar("year", "month", indicator=True), 'calendar("year", "month", indicator=True)'),
        (ordinal('a "b"', "c\n"), r'ordinal("a \"b\"", "c\n")'),
        (impute("constant", value="naïve"), 'impute("constant", value="naïve")'),
    ],
)
def test_the_code_is_what_one_would_write(step: Step, code: str):
    assert step.code == code


def test_steps_are_values():
    assert clip(0, 1) == clip(0.0, 1.0)
    assert len({scale("robust"), scale("robust"), scale()}) == 2


def test_quantiles_are_interpolated_between_values_that_are_not_missing():
    frame = pl.LazyFrame({"x": [4.0, None, 1.0, 2.0]})
    assert collect(frame, 4, {"x": Quantiles(pl.col("x"), (0.0, 0.5, 0.75))}) == {"x": (1, 2, 3)}
