from collections.abc import Callable

import polars as pl
import pytest

from philtre.data.collect import collect
from philtre.data.steps import Fitted, Step


@pytest.fixture(scope="session")
def fit() -> Callable[..., Fitted]:
    """Fit one step on a list of values, None where missing; `column` is how the step sees them."""

    def fit(step: Step, values: list, column: pl.Expr = pl.col("x")) -> Fitted:  # noqa: B008
        frame = pl.DataFrame({"x": pl.Series(values)})
        return step.fit(collect(frame.lazy(), frame.height, step.statistics(column)))

    return fit
