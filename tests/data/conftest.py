import random
from pathlib import Path

import polars as pl
import pytest

from philtre.data import Prepared, Recipe, read

TITANIC = Path(__file__).parents[2] / "examples" / "data" / "titanic.csv"


@pytest.fixture(scope="session")
def titanic() -> pl.DataFrame:
    return read(TITANIC)


@pytest.fixture(scope="session")
def recipe(titanic: pl.DataFrame) -> Recipe:
    return Recipe.infer(titanic, target="Survived")


@pytest.fixture(scope="session")
def prepared(recipe: Recipe, titanic: pl.DataFrame) -> Prepared:
    return recipe.fit(titanic)


@pytest.fixture
def people() -> pl.DataFrame:
    """Sixty rows with every kind of column, made from a fixed seed."""
    draw = random.Random(7)
    return pl.DataFrame(
        {
            "height": [draw.gauss(170, 10) if draw.random() > 0.1 else None for _ in range(60)],
            "children": [draw.randrange(9) for _ in range(60)],
            "income": [draw.randrange(100_000) if draw.random() > 0.2 else None for _ in range(60)],
            "city": [draw.choice(["Oslo", "Lima", "Rome"]) for _ in range(60)],
            "member": [draw.random() > 0.5 for _ in range(60)],
            "bought": [draw.choice(["yes", "no"]) for _ in range(60)],
        }
    )
