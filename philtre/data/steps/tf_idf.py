"""Tf-idf: a text as the words that it holds, each weighed by how few texts hold it."""

import math
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from philtre import ops
from philtre.data.steps.statistic import Counts, Statistic
from philtre.data.steps.step import FEATURES, Emitted, Masked, Step
from philtre.data.steps.vocabulary import Vocabulary
from philtre.errors import DataError
from philtre.fields import Spelling, Text
from philtre.fields.text import WORD


def tf_idf(words: int = 200, *, length: int = 256) -> "TfIdf":
    """Give each of the most frequent words of a text a feature ``<name>:<word>``, weighed by how few texts hold it.

    ``count * (log((1 + texts) / (1 + texts with the word)) + 1)``, each row divided by its Euclidean length. Words are
    two or more letters, digits or underscores in lower case; those that the fit has not kept do not count. A text that
    is missing, or holds no known word, is 0 everywhere; ``<name>_missing`` tells the former, if the fit saw any.

    Args:
        words: the words that are kept, those in most texts (>= 1); of equally frequent ones the first by alphabet.
        length: known words of a text that count at most, the first ones (>= 1).

    Raises:
        DataError: if `words` or `length` is out of range.

    Reference: Salton and Buckley, "Term-weighting approaches in text retrieval", 1988; scikit-learn TfidfVectorizer.
    """
    return TfIdf(words, length=length)


@dataclass(frozen=True)
class TfIdf(Step):
    """Description made by `tf_idf`."""

    words: int = 200
    _: KW_ONLY
    length: int = 256

    name = "tf_idf"
    kinds = frozenset({"text"})
    gives = FEATURES
    fills = True

    def __post_init__(self) -> None:
        if min(self.words, self.length) < 1:
            raise DataError("recipe step 'tf_idf'", expected="words and length of 1 or more", got=self.code)

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        text = column.str.to_lowercase()
        return {
            "counts": Counts(text.str.extract_all(WORD).list.unique().explode(), most=self.words),
            "longest": text.str.count_matches(WORD).max(),
            "texts": column.count(),
            "missing": column.null_count(),
        }

    def fit(self, statistics: Mapping[str, Any]) -> "FittedTfIdf":
        counts, texts, longest = statistics["counts"], statistics["texts"], statistics["longest"] or 0
        words = tuple(sorted(counts))
        weights = tuple(math.log((1 + texts) / (1 + counts[word])) + 1 for word in words)
        return FittedTfIdf(words, weights, max(1, min(self.length, longest)), missing=statistics["missing"] > 0)


@dataclass(frozen=True)
class FittedTfIdf(Vocabulary):
    """The words and their weights, most codes of a row, and whether missing texts have a feature."""

    weights: tuple[float, ...]
    length: int
    missing: bool

    consumes = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        return (*(f":{word}" for word in self.values), *["_missing"] * self.missing)

    def field(self, missing: bool, spelling: Spelling) -> Text:
        return Text(self.values, self.length, missing=missing, spelling=spelling)

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        weighed = ops.counts(column.values, k=len(self.values)) * np.array(self.weights, np.float32)
        norm = jnp.sqrt(jnp.sum(weighed * weighed, axis=1, keepdims=True))
        features = weighed / jnp.where(norm > 0, norm, jnp.float32(1))
        if self.missing and column.missing is not None:
            features = jnp.concatenate([features, column.missing.astype(jnp.float32)[:, None]], axis=1)
        return Emitted(column, features)
