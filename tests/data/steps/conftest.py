from collections.abc import Callable

import polars as pl
import pytest

from philtre.data.collect import collect
from philtre.data.steps import Fitted, Step


@pytest.fixture
def fit() -> Callable[[Step, list], Fitted]:
    """Fit one step on a list of values, None where missing."""

    def fit(step: Step, values: list) -> Fitted:
        frame = pl.DataFrame({"x": pl.Series(values)})
        return step.fit(collect(frame.lazy(), frame.height, step.statistics(pl.col("x"))))

    return fit
