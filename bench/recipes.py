"""The preparation of the generated table, three times: as a recipe, in Polars by hand, in scikit-learn."""

from typing import Any

import polars as pl

from bench.generated import BOOLEANS, CATEGORIES, FLOATS, INTEGERS, MOMENTS, TARGET
from philtre.data import Column, Recipe, Target, boolean, impute, one_hot, scale

RARE = 0.01


def recipe() -> Recipe:
    """philtre's."""
    columns = {
        name: Column("number", impute("median", indicator=True), scale("standard"), missing=True) for name in FLOATS
    }
    columns |= {name: Column("integer", scale("standard")) for name in INTEGERS}
    columns |= {name: Column("category", one_hot(rare=RARE), missing=True) for name in CATEGORIES}
    columns |= {name: Column("boolean", boolean()) for name in BOOLEANS}
    columns |= {name: Column("timestamp", scale("standard")) for name in MOMENTS}
    return Recipe(columns, Target(TARGET, "regression"))


def by_hand(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The same statistics in one select.

    Mean and deviation behind the imputation follow from those of the present values, the median and the counts.
    """
    floats, moments = pl.col(FLOATS), pl.col(MOMENTS).cast(pl.Int64)
    scaled = pl.col(*FLOATS, *INTEGERS, TARGET)
    counted = [pl.col(name).value_counts().implode().name.prefix("counts ") for name in CATEGORIES]
    return frame.select(
        pl.len().alias("rows"),
        floats.median().name.prefix("median "),
        floats.null_count().name.prefix("missing "),
        scaled.mean().name.prefix("mean "),
        scaled.std(ddof=0).name.prefix("deviation "),
        moments.mean().name.prefix("mean "),
        moments.std(ddof=0).name.prefix("deviation "),
        *counted,
        pl.col(*CATEGORIES, *INTEGERS, *BOOLEANS, *MOMENTS).null_count().name.prefix("missing "),
    )


def transformer() -> Any:
    """scikit-learn's, as its user guide writes it; it takes a pandas frame."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    moments = make_pipeline(FunctionTransformer(_as_integers), StandardScaler())
    words = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE)
    return ColumnTransformer(
        [
            ("floats", numbers, list(FLOATS)),
            ("integers", StandardScaler(), list(INTEGERS)),
            ("categories", words, list(CATEGORIES)),
            ("booleans", "passthrough", list(BOOLEANS)),
            ("moments", moments, list(MOMENTS)),
        ]
    )


def _as_integers(frame: Any) -> Any:
    return frame.astype("int64")
