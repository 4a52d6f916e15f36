"""The peer for tables: scikit-learn pipelines as its user guide writes them, for columns chosen by hand."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TITANIC = ("Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked")
"""Name, Ticket and Cabin are nearly unique, and PassengerId is the number of the row."""
WORDS = make_column_selector(dtype_include="category")
NUMBERS = make_column_selector(dtype_include="number")


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """A table as scikit-learn takes it best: text columns as categories."""
    table = frame.to_pandas()
    return table.astype({name: "category" for name, dtype in frame.schema.items() if dtype == pl.String})


def boosting(*, regression: bool = False, seed: int = 0) -> Any:
    """Gradient boosting that takes categories and missing values as they are.

    Reference: scikit-learn's example "Categorical Feature Support in Gradient Boosting".
    """
    estimator = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    return estimator(categorical_features="from_dtype", random_state=seed)


def preparation() -> Any:
    """Columns by their type: numbers imputed and scaled, categories one-hot with the rare ones grouped.

    Reference: scikit-learn's example "Column Transformer with Mixed Types".
    """
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    words = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.01)
    return make_column_transformer((numbers, NUMBERS), (words, WORDS))


def logistic() -> Pipeline:
    """Logistic regression behind `preparation`."""
    return make_pipeline(preparation(), LogisticRegression(max_iter=1000))


def flights_to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The scheduled moment becomes its hour and its weekday, as categories: what a linear model can use of it."""
    moment = pl.col("scheduled")
    parts = frame.with_columns(
        moment.dt.hour().cast(pl.String).alias("hour"), moment.dt.weekday().cast(pl.String).alias("weekday")
    )
    return to_pandas(parts.drop("scheduled").cast({"flight": pl.String}))


def probabilities(model: Any, frame: pd.DataFrame) -> np.ndarray:
    """Of the second class."""
    return np.asarray(model.predict_proba(frame)[:, 1])
