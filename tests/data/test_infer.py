from datetime import datetime, timedelta

import polars as pl
import pytest

from philtre.data import Column, Recipe, Spelling, Target, boolean, drop, impute, one_hot, scale, tf_idf
from philtre.errors import DataError

N = 100
BITS = Spelling(true=("1",), false=("0",))
NUMBER = [i * 0.37 % 1 for i in range(N)]


def infer(**columns) -> dict[str, Column]:
    """Infer the columns of a table whose target alternates."""
    frame = pl.DataFrame(columns).with_columns(target=pl.int_range(pl.len()) % 2 == 0)
    return dict(Recipe.infer(frame, target="target").columns)


def some(values: list, missing: int) -> list:
    """The values with the first few missing."""
    return [None] * missing + values[missing:]


def test_titanic(recipe: Recipe):
    assert dict(recipe.columns) == {
        "PassengerId": Column("integer", drop()),
        "Pclass": Column("category", one_hot(), missing=True),
        "Name": Column("text", tf_idf(89), missing=True),
        "Sex": Column("category", one_hot(), missing=True),
        "Age": Column("number", impute("median", indicator=True), scale("standard"), missing=True),
        "SibSp": Column("integer", scale("standard")),
        "Parch": Column("integer", scale("standard")),
        "Ticket": Column("category", one_hot(), missing=True),
        "Fare": Column("number", impute("median"), scale("standard"), missing=True),
        "Cabin": Column("category", one_hot(rare=0.0033), missing=True),
        "Embarked": Column("category", one_hot(), missing=True),
    }
    assert recipe.target == Target("Survived", "classification")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("PassengerId", ["from 1 to 891", "each once", "identifier"]),
        ("Pclass", ["3 whole numbers from 1 to 3", "levels", "none missing"]),
        ("Name", ["prose: 891 different texts in 891 rows, 4.1 words each", "the 89 most frequent words"]),
        ("Age", ["numbers from 0.4167 to 80", "177 of 891 missing (19.9%)"]),
        ("SibSp", ["whole numbers from 0 to 8", "none missing"]),
        ("Ticket", ["681 texts", "none missing"]),
        ("Cabin", ["687 of 891 missing (77.1%)", "147 texts, most of them rare"]),
        ("Embarked", ["3 texts", "2 of 891 missing (0.2%)"]),
    ],
)
def test_every_decision_says_why(recipe: Recipe, name: str, words: list[str]):
    assert [word for word in words if word not in recipe.columns[name].reason] == []


@pytest.mark.parametrize(
    ("values", "column"),
    [
        pytest.param(NUMBER, Column("number", impute(), scale(), missing=True), id="numbers"),
        pytest.param(
            some(NUMBER, 3), Column("number", impute(indicator=True), scale(), missing=True), id="some numbers"
        ),
        pytest.param(
            [float("nan"), float("inf"), *NUMBER[2:]],
            Column("number", impute(indicator=True), scale(), missing=True),
            id="numbers that are not finite",
        ),
        pytest.param([i % 30 for i in range(N)], Column("integer", scale()), id="whole numbers"),
        pytest.param(
            some([i % 30 for i in range(N)], 1),
            Column("integer", impute(indicator=True), scale(), missing=True),
            id="some whole numbers",
        ),
        pytest.param([i % 2 for i in range(N)], Column("boolean", boolean(), spelling=BITS), id="zeros and ones"),
        pytest.param(
            some([i % 2 for i in range(N)], 1),
            Column("boolean", boolean(indicator=True), missing=True, spelling=BITS),
            id="some zeros and ones",
        ),
        pytest.param([i % 4 for i in range(N)], Column("category", one_hot(rare=0.05), missing=True), id="levels"),
        pytest.param([3 if i else 9 for i in range(N)], Column("integer", scale()), id="two whole numbers"),
        pytest.param(
            some([3 ** (i % 39) for i in range(N)], 2),
            Column("number", impute(indicator=True), scale(), missing=True),
            id="whole numbers too large for a missing one beside them",
        ),
        pytest.param([i + 500 for i in range(N)], Column("integer", drop()), id="whole numbers that count the rows"),
        pytest.param([i * 3 for i in range(N)], Column("integer", scale()), id="whole numbers, none twice"),
        pytest.param([i % 3 == 0 for i in range(N)], Column("boolean", boolean()), id="truth values"),
        pytest.param(
            some([i % 3 == 0 for i in range(N)], 1),
            Column("boolean", boolean(indicator=True), missing=True),
            id="some truth values",
        ),
        pytest.param(
            ["abc"[i % 3] for i in range(N)], Column("category", one_hot(rare=0.05), missing=True), id="texts"
        ),
        pytest.param(
            ["a" if i % 2 else f"t{i}" for i in range(N)],
            Column("category", one_hot(rare=0.05), missing=True),
            id="texts, half of them rare",
        ),
        pytest.param(
            [f"t{i // 2}" for i in range(N)],
            Column("category", one_hot(rare=0.05), missing=True),
            id="texts, each of them rare",
        ),
        pytest.param([f"t{i}" for i in range(N)], Column("text", drop(), missing=True), id="texts, each of them once"),
        pytest.param(
            [f"{'it is the best' if i % 2 else 'bad for a week'} {i}" for i in range(N)],
            Column("text", tf_idf(10), missing=True),
            id="prose",
        ),
        pytest.param(
            [[101, 205, 317, 462, 533, 604, 718, 899][i % 8] for i in range(N)],
            Column("category", one_hot(rare=0.05), missing=True),
            id="codes",
        ),
        pytest.param(
            ["$1,200", "$950", "n/a", "$3,000.50"] * 25,
            Column(
                "number",
                impute(indicator=True),
                scale(),
                missing=True,
                spelling=Spelling(null_values=("n/a",), group=",", units=("$",)),
            ),
            id="money",
        ),
        pytest.param(
            some([f"t{i // 2}" for i in range(N)], 80),
            Column("category", one_hot(rare=0.03), missing=True),
            id="text in few rows",
        ),
        pytest.param(
            [datetime(2024, 1, 1) + timedelta(days=i % 50) for i in range(N)],
            Column("timestamp", scale()),
            id="moments",
        ),
        pytest.param(
            some([datetime(2024, 1, 1) + timedelta(days=i) for i in range(N)], 1),
            Column("timestamp", impute(indicator=True), scale(), missing=True),
            id="some moments",
        ),
        pytest.param([7] * N, Column("integer", drop()), id="constant"),
        pytest.param(["x"] * N, Column("category", drop()), id="constant text"),
        pytest.param([None] * N, Column("other", drop(), missing=True), id="nothing"),
        pytest.param([float("nan")] * N, Column("number", drop(), missing=True), id="no finite number"),
        pytest.param([""] * N, Column("category", drop(), missing=True), id="no text"),
        pytest.param([[1, 2]] * N, Column("other", drop()), id="lists"),
    ],
)
def test_what_a_column_is(values: list, column: Column):
    assert infer(x=values)["x"] == column


@pytest.mark.parametrize(
    ("values", "goal"),
    [
        pytest.param(["no", "yes"] * 50, Target("y", "classification", "2 texts"), id="texts"),
        pytest.param([True, False] * 50, Target("y", "classification", "2 truth values"), id="truth values"),
        pytest.param([0, 1, 2, 2] * 25, Target("y", "classification", "3 whole numbers: 0, 1, 2"), id="few"),
        pytest.param([0.0, 1.0] * 50, Target("y", "classification", "2 whole numbers: 0, 1"), id="few, as floats"),
        pytest.param([0.5, 1.0] * 50, Target("y", "regression", "numbers, 2 of them different"), id="fractions"),
        pytest.param(list(range(100)), Target("y", "regression", "numbers, 100 of them different"), id="many"),
        pytest.param(
            [None, None, *[-1, 1] * 49],
            Target("y", "classification", "2 whole numbers: -1, 1; 2 of 100 rows have none and are left out"),
            id="some missing",
        ),
        pytest.param(
            [float("inf"), *NUMBER[1:]],
            Target("y", "regression", "numbers, 99 of them different; 1 of 100 rows have none and are left out"),
            id="not finite",
        ),
    ],
)
def test_what_a_target_is(values: list, goal: Target):
    found = Recipe.infer(pl.DataFrame({"x": NUMBER, "y": values}), target="y").target
    assert (found, found.reason) == (goal, goal.reason)


def test_the_task_can_be_given():
    frame = pl.DataFrame({"x": NUMBER, "y": [0, 1, 2, 3] * 25})
    assert Recipe.infer(frame, target="y", task="regression").target == Target("y", "regression")


def test_rows_without_a_target_do_not_count():
    frame = pl.DataFrame({"x": [None, *NUMBER[1:]], "y": [None, *[0, 1, 2] * 33]})
    assert Recipe.infer(frame, target="y").columns["x"].reason.endswith("none missing")


def test_prose_becomes_its_words_where_there_are_rows_to_learn_them_from():
    prose = [f"page {i} is about love and potion number {i % 7}" for i in range(300)]
    column = infer(x=some(prose, 2), y=list(range(300)))["x"]
    assert column == Column("text", tf_idf(29), missing=True)
    said = "prose: 298 different texts in 298 rows, 9.0 words each; the 29 most frequent words count"
    assert column.reason.startswith(said)
    few = infer(x=prose[:90], y=list(range(90)))["x"]
    assert few == Column("text", drop(), missing=True)
    assert few.reason.endswith("; fewer than 100 rows to learn words from")


def refused(frame: pl.DataFrame, **options) -> str:
    with pytest.raises(DataError) as caught:
        Recipe.infer(frame, **options)
    return str(caught.value)


def test_a_target_that_is_absent_names_a_similar_column(titanic: pl.DataFrame):
    message = refused(titanic, target="survive")
    assert "got no column 'survive'. Hint: is 'Survived' meant?" in message


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1] * 100, {}, "target 'y' expects values that differ, got '1' in every row"),
        ([None] * 100, {}, "target 'y' expects "),
        ([float("nan")] * 100, {}, "target 'y' expects values, got none in 100 rows"),
        (["a"] * 50 + ["b"] * 49 + ["c"], {}, "at least 2 rows of each class, got 1 row of the class 'c'. Hint: leave"),
        ([f"a{i}" for i in range(100)], {}, "100 different texts in 100 rows, as free text has"),
        (["a", "b"] * 50, {"task": "regression"}, "target 'y' expects numbers, got values of type String"),
        ([datetime(2024, 1, 1)] * 100, {}, "expects classes or numbers, got values of type Datetime"),
        ([0, 1] * 4 + [None] * 92, {}, "at least 10 rows that have a target, got 8 of 100"),
        (NUMBER, {"task": "ranking"}, "the task 'classification' or 'regression', got 'ranking'"),
    ],
)
def test_targets_that_cannot_be_learned(values: list, options: dict, message: str):
    assert message in refused(pl.DataFrame({"x": NUMBER, "y": values}), target="y", **options)


def test_too_few_rows():
    frame = pl.DataFrame({"x": NUMBER[:9], "y": [0, 1, 0] * 3})
    assert "target 'y' expects at least 10 rows, got 9" in refused(frame, target="y")
