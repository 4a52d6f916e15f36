from collections.abc import Callable

import polars as pl
import pytest

from philtre.data.steps import Fitted, Quantiles, Step


@pytest.fixture(scope="session")
def fit() -> Callable[..., Fitted]:
    """Fit one step on a list of values, None where missing; `column` is how the step sees them."""

    def fit(step: Step, values: list, column: pl.Expr = pl.col("x")) -> Fitted:  # noqa: B008
        asked = step.statistics(column)
        exact = {key: each.exact if isinstance(each, Quantiles) else each for key, each in asked.items()}
        found = pl.LazyFrame({"x": pl.Series(values)}).select(**exact).collect()
        answers = found.row(0, named=True) if asked else {}
        return step.fit({key: tuple(v) if isinstance(asked[key], Quantiles) else v for key, v in answers.items()})

    return fit
