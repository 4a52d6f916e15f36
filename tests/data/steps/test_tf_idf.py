"""Tf-idf: the words of a text, weighed as scikit-learn weighs them."""

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from philtre.data import Column, Recipe, Target, tf_idf
from philtre.errors import DataError
from philtre.fields import Spelling, Text

TARGET = Target("y", "regression")
TEXTS = ["the cat, the hat", "a cat in THE rain", "hat in hand", "I"]


def frame(texts: list) -> pl.DataFrame:
    return pl.DataFrame({"x": pl.Series(texts, dtype=pl.String), "y": [float(i) for i in range(len(texts))]})


def recipe(*texts: str | None, words: int = 200, length: int = 256, **options) -> Recipe:
    return Recipe({"x": Column("text", tf_idf(words, length=length), **options)}, TARGET)


def words_of(names: tuple[str, ...]) -> list[str]:
    return [name.removeprefix("x:") for name in names if name.startswith("x:")]


def test_the_words_in_most_texts_are_kept():
    prepared = recipe(words=3).fit(frame(TEXTS))
    assert prepared.names == ("x:cat", "x:hat", "x:in")  # "the" is in as many texts, and later in the alphabet
    assert prepared.fields == {"x": Text(("cat", "hat", "in"), length=4)}


@pytest.mark.parametrize("words", [1, 5, 50, 10_000])
def test_features_are_those_of_scikit_learn(titanic: pl.DataFrame, words: int):
    texts = titanic["Name"]
    prepared = recipe(words=words).fit(titanic.select(x="Name", y="PassengerId"))
    vocabulary = words_of(prepared.names)
    assert len(vocabulary) == min(words, len(TfidfVectorizer().fit(texts).vocabulary_))
    expected = TfidfVectorizer(vocabulary=vocabulary).fit_transform(texts).toarray()
    np.testing.assert_allclose(prepared(titanic.select(x="Name")), expected, atol=1e-6)


def test_odd_texts_are_those_of_scikit_learn():
    texts = [
        "½² naïve İstanbul",
        "ΣΟΦΟΣ σοφος ΣΟΦΟΣ",
        "don't stop_me now42",
        "e\u0301te\u0301 été",
        "中文 文本 中文",
        " ",
        "-",
    ]
    prepared, theirs = recipe().fit(frame(texts)), TfidfVectorizer().fit(texts)
    assert words_of(prepared.names) == list(theirs.get_feature_names_out())
    np.testing.assert_allclose(prepared(frame(texts)), theirs.transform(texts).toarray(), atol=1e-6)


def test_the_program_answers_rows_as_the_fit_reads_a_frame(target: str):
    prepared = recipe(missing=True).fit(frame([*TEXTS, None, ""]))
    asked = ["a hat, a HAT and a cat", None, "", "unknown", "the " * 99]
    answers = prepared.program.compile(target).predict([{"x": text} for text in asked])
    features = np.array([list(answer["features"].values()) for answer in answers])
    np.testing.assert_allclose(features, prepared(frame(asked)), atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), [1, 1, 1, 0, 1], rtol=1e-6)


def test_missing_texts_have_a_feature_if_the_fit_saw_some():
    prepared = recipe(missing=True, spelling=Spelling(null_values=("none",))).fit(frame([*TEXTS, "None"]))
    assert prepared.names[-1] == "x_missing"
    assert prepared(frame(["NONE", "", None, "nothing"]))[:, -1].tolist() == [1, 1, 1, 0]
    assert recipe(missing=True).fit(frame(TEXTS)).names[-1] != "x_missing"


def test_texts_that_are_missing_are_no_documents():
    with_missing, without = (recipe(missing=True).fit(frame(texts)) for texts in ([*TEXTS, None, None], TEXTS))
    assert with_missing.columns[0].steps[0].weights == without.columns[0].steps[0].weights


def test_only_the_first_known_words_count():
    prepared = recipe(length=2).fit(frame(TEXTS))
    rows = prepared(frame(["the in hat cat", "the in"]))
    np.testing.assert_array_equal(rows[0], rows[1])


def test_a_lazy_frame_is_fitted_alike(titanic: pl.DataFrame):
    table = titanic.select(x="Name", y="Fare")
    assert recipe(words=20).fit(table.lazy()).names == recipe(words=20).fit(table).names


def test_a_column_without_words_gives_no_features():
    with pytest.raises(DataError, match="a column that gives a feature"):
        recipe().fit(frame(["?", "!", "1 2 3", "a"]))


@pytest.mark.parametrize("options", [{"words": 0}, {"length": 0}])
def test_words_and_length_are_counts(options: dict):
    with pytest.raises(DataError, match="words and length of 1 or more"):
        tf_idf(**options)


def test_other_kinds_are_refused():
    with pytest.raises(DataError, match=r"tf_idf takes \['text'\]"):
        Column("category", tf_idf())
    with pytest.raises(DataError, match="a step that turns it into numbers"):
        Column("text")
    with pytest.raises(DataError, match="values of kind 'text'"):
        recipe().fit(pl.DataFrame({"x": [1, 2], "y": [0.0, 1.0]}))
