"""Small tables that say clearly what a model should find in them."""

import numpy as np
import polars as pl
import pytest


@pytest.fixture(scope="session")
def two_classes() -> pl.DataFrame:
    """300 rows: x decides, for nine of ten; noise does not."""
    random = np.random.default_rng(0)
    x = random.normal(size=300)
    flipped = random.random(300) < 0.1
    return pl.DataFrame({"x": x, "noise": random.normal(size=300), "y": np.where((x > 0) ^ flipped, "yes", "no")})


@pytest.fixture(scope="session")
def prices() -> pl.DataFrame:
    """400 rows: a price that x explains but for a noise of deviation 10."""
    random = np.random.default_rng(1)
    x = random.normal(size=400)
    return pl.DataFrame({"x": x, "price": 1000 + 50 * x + random.normal(0, 10, 400)})
