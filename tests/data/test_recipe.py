import jax.numpy as jnp
import pandas as pd
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, drop, impute, one_hot, scale
from philtre.errors import DataError


def built(code: str) -> Recipe:
    """Run the code of a recipe."""
    namespace: dict = {}
    exec(code, namespace)
    return namespace["recipe"]


def log_fare(Fare):
    return jnp.log1p(Fare)


def test_the_code_builds_an_equal_recipe(recipe: Recipe):
    again = built(recipe.code())
    assert again == recipe
    assert str(again) == str(recipe)


def test_the_code_carries_the_functions(recipe: Recipe):
    derived = recipe.derive(family=lambda SibSp, Parch: SibSp + Parch + 1, log_fare=log_fare)
    code = derived.code()
    assert "derive(lambda SibSp, Parch: SibSp + Parch + 1)" in code
    assert "import jax.numpy as jnp\ndef log_fare(Fare):" in code
    assert built(code) == derived


def test_the_code_reads_well():
    recipe = Recipe(
        {
            "Age": Column("number", impute("median", indicator=True), scale("standard"), missing=True),
            "Name": Column("text", drop(), reason="no two alike, " + "which is a long reason " * 4),
        },
        Target("Survived", "classification"),
    )
    assert recipe.code() == (
        "from philtre.data import Column, Recipe, Target, drop, impute, scale\n"
        "\n"
        "recipe = Recipe(\n"
        "    {\n"
        '        "Age": Column("number", impute("median", indicator=True), scale("standard"), missing=True),\n'
        '        "Name": Column(\n'
        '            "text", drop(),\n'
        '            reason="no two alike, ' + "which is a long reason " * 4 + '",\n'
        "        ),\n"
        "    },\n"
        '    Target("Survived", "classification"),\n'
        ")\n"
    )


@pytest.mark.parametrize("name", ['say "hi"', "two\nlines", "back\\slash", "naïve 🙂", "a.b", "recipe"])
def test_any_column_name_survives_the_code(name: str):
    recipe = Recipe({name: Column("integer", scale(), reason=name)}, Target(name + "?", "regression", name))
    assert built(recipe.code()) == recipe


def test_it_prints_as_a_table():
    recipe = Recipe(
        {
            "Age": Column("number", impute(), scale(), missing=True, reason="none missing"),
            "Family": Column("integer", drop()),
        },
        Target("Survived", "classification", "2 whole numbers: 0, 1"),
    )
    assert str(recipe).splitlines() == [
        "column    kind     steps                                reason",
        'Age       number   impute("median"), scale("standard")  none missing',
        "Family    integer  drop()",
        "Survived  target   classification                       2 whole numbers: 0, 1",
    ]
    assert repr(recipe) == "Recipe(2 columns, target='Survived', task='classification')"


def test_recipes_are_equal_by_value():
    def make(**columns: Column) -> Recipe:
        return Recipe(columns, Target("y", "regression"))

    recipe = make(a=Column("integer", scale()), b=Column("category", one_hot()))
    assert recipe == make(a=Column("integer", scale(), reason="why"), b=Column("category", one_hot()))
    assert hash(recipe) == hash(make(a=Column("integer", scale()), b=Column("category", one_hot())))
    assert recipe != make(b=Column("category", one_hot()), a=Column("integer", scale())), "features stand in order"
    assert recipe != make(a=Column("integer", scale()))
    assert recipe != Recipe(recipe.columns, Target("y", "classification"))


def test_a_recipe_cannot_be_changed(recipe: Recipe):
    with pytest.raises(TypeError):
        recipe.columns["Age"] = Column("number", drop())  # type: ignore[index]
    derived = recipe.derive(family=lambda SibSp, Parch: SibSp + Parch + 1)
    assert "family" in derived.columns
    assert "family" not in recipe.columns


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow])
def test_any_frame_gives_the_same_recipe(titanic: pl.DataFrame, recipe: Recipe, kind):
    frame = kind(titanic)
    assert Recipe.infer(frame, target="Survived") == recipe


def test_labelled_leaves_out_rows_without_a_target(recipe: Recipe, titanic: pl.DataFrame):
    frame = titanic.with_columns(Survived=pl.when(pl.col("Pclass") < 3).then("Survived"))
    assert recipe.labelled(frame)["Pclass"].unique().sort().to_list() == [1, 2]


def test_infer_refuses_duplicate_names():
    frame = pd.DataFrame([[1, 2, 0]] * 20, columns=["a", "a", "y"])
    with pytest.raises(DataError, match="column names that differ, got 'a' 2 times"):
        Recipe.infer(frame, target="y")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r.derive(Age=lambda Fare: Fare), "new column names, got 'Age'"),
        (lambda r: r.derive(Survived=lambda Fare: Fare), "new column names, got 'Survived'"),
        (lambda r: r.derive(x=lambda fare: fare), "got no column 'fare'. Hint: is 'Fare' meant?"),
        (lambda r: r.derive(x=lambda Name: Name), "got 'Name', text"),
        (lambda r: r.derive(a=lambda Age: Age).derive(b=lambda a: a), "got no column 'a'"),
        (lambda r: Recipe({**r.columns, "Survived": Column("integer", scale())}, r.target), "got 'Survived' twice"),
    ],
)
def test_what_does_not_fit_together_is_refused(recipe: Recipe, change, message: str):
    with pytest.raises(DataError) as caught:
        change(recipe)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop("Age"), "column 'Age' expects one of the columns"),
        (lambda f: f.drop("Survived"), "target 'Survived' expects one of the columns"),
        (
            lambda f: f.with_columns(Age=pl.lit("old")),
            "column 'Age' expects values of kind 'number', got the type String",
        ),
        (
            lambda f: f.with_columns(SibSp=pl.lit(None)),
            "column 'SibSp' expects a value in every row, as the recipe says",
        ),
        (
            lambda f: f.with_columns(Survived=pl.lit(1)),
            "target 'Survived' expects values that differ, got '1' in every row",
        ),
        (lambda f: f.clear(), "target 'Survived' expects values that differ, got no values"),
    ],
)
def test_fit_refuses_a_frame_that_does_not_fit(recipe: Recipe, titanic: pl.DataFrame, change, message: str):
    with pytest.raises(DataError) as caught:
        recipe.fit(change(titanic))
    assert message in str(caught.value)


def test_a_recipe_that_drops_all_is_refused(titanic: pl.DataFrame):
    recipe = Recipe({"Name": Column("text", drop())}, Target("Survived", "classification"))
    with pytest.raises(DataError, match="a column that gives a feature, got none: all are dropped"):
        recipe.fit(titanic)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda Fare: Fare.nothing, "derive 'x' expects a function of arrays [n], got AttributeError"),
        (lambda Fare: Fare[:2], "derive 'x' expects one number per row, [n], got float32[2] for n = "),
        (lambda Fare: Fare.sum(), "one number per row"),
        (lambda Fare: Fare / Fare.max(), "answers that depend on their own row only, got 1 for row 0 alone"),
        (lambda Fare: Fare * 1j, "got complex64["),
    ],
)
def test_a_derive_function_that_fails(recipe: Recipe, titanic: pl.DataFrame, function, message: str):
    with pytest.raises(DataError) as caught:
        recipe.derive(x=function).fit(titanic)
    assert message in str(caught.value)
