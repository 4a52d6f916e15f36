"""Editing a recipe: `|`, `replace`, `only` and `without` give new recipes, and follow laws."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.data import (
    Column,
    Recipe,
    Target,
    clip,
    cross,
    derive,
    drop,
    frequency,
    impute,
    interact,
    log1p,
    one_hot,
    ordinal,
    scale,
)
from philtre.errors import DataError

NUMBER = Column("number", impute("median", indicator=True), log1p(), scale("standard"), missing=True)


def ratio(a, b):
    return a / b


RECIPE = Recipe(
    {
        "a": NUMBER,
        "b": Column("integer", scale("standard")),
        "c": Column("category", impute("most_frequent"), one_hot(), missing=True),
        "d": Column("category", one_hot(rare=0.1), missing=True),
        "e": Column("category", ordinal("x", "y"), scale("min_max"), missing=True),
        "f": Column("text", drop()),
        "ratio": Column("derived", derive(ratio), impute("mean"), missing=True),
        "d&e": Column("derived", cross("d", "e"), one_hot()),
    },
    Target("y", "regression"),
)
NAMES = list(RECIPE.columns)
STEPS = [
    *(impute("mean"), impute("constant", value=0), impute("constant", value="x"), impute("most_frequent")),
    *(scale("robust"), scale("max_abs"), one_hot(rare=0.2), one_hot(), ordinal(), log1p()),
]

subsets = st.sets(st.sampled_from(NAMES))
steps = st.sampled_from(STEPS)


def shown(recipe: Recipe) -> dict[str, str]:
    return {name: column.shown for name, column in recipe.columns.items()}


def test_a_step_takes_the_place_of_its_name():
    edited = RECIPE | scale("robust")
    assert shown(edited)["a"] == 'impute("median", indicator=True), log1p(), scale("robust")'
    assert shown(edited)["b"] == 'scale("robust")'
    assert shown(edited)["e"] == 'ordinal("x", "y"), scale("robust")'
    assert edited.columns["c"] == RECIPE.columns["c"]
    assert edited.columns["a"].missing


def test_columns_of_a_kind_that_the_step_does_not_take_keep_theirs():
    edited = RECIPE | impute("constant", value="x")
    changed = [name for name in NAMES if edited.columns[name] != RECIPE.columns[name]]
    assert changed == ["c"]


def test_functions_become_columns():
    edited = RECIPE | derive(total=lambda a, b: a + b, half=lambda a: a / 2)
    assert list(edited.columns) == [*NAMES, "total", "half"]
    assert shown(edited)["total"] == 'derive(a, b), impute("median"), scale("standard")'
    assert edited == RECIPE.derive(total=lambda a, b: a + b, half=lambda a: a / 2)


def test_interactions_become_columns():
    edited = RECIPE | interact("a", "b") | cross("e", "d")
    assert shown(edited)["a*b"] == 'interact("a", "b"), impute("median"), scale("standard")'
    assert shown(edited)["e&d"] == 'cross("e", "d"), one_hot()'


def test_columns_can_be_given_whole():
    column = Column("derived", cross("d", "e"), frequency())
    assert (RECIPE | {"again": column}).columns["again"] == column


def test_a_column_gets_other_steps():
    edited = RECIPE.replace("a", clip(0, 10), impute("mean"))
    assert edited.columns["a"] == Column("number", clip(0, 10), impute("mean"), missing=True)
    assert RECIPE.columns["a"] == NUMBER
    assert list(edited.columns) == NAMES


def test_a_column_gets_another_kind():
    column = Column("category", one_hot(), missing=True)
    assert RECIPE.replace("b", column).columns["b"] == column


def test_a_derived_column_stays_derived():
    edited = RECIPE.replace("ratio", impute("median"), scale("robust"))
    assert shown(edited)["ratio"] == 'derive(a, b), impute("median"), scale("robust")'
    edited = RECIPE.replace("ratio", derive(lambda b: b), impute("median"))
    assert shown(edited)["ratio"] == 'derive(b), impute("median")'


def test_only_some_columns_give_features():
    edited = RECIPE.only("d&e", "ratio")
    assert shown(edited) == {
        "a": "drop()",
        "b": "drop()",
        "d": "one_hot(rare=0.1), drop()",
        "e": 'ordinal("x", "y"), drop()',
        "ratio": 'derive(a, b), impute("mean")',
        "d&e": 'cross("d", "e"), one_hot()',
    }


def test_edited_recipes_fit():
    frame = pl.DataFrame(
        {
            "a": [1.0, None, 3.0, 4.0],
            "b": [1, 2, 3, 4],
            "c": ["p", "q", None, "p"],
            "d": ["u", "v", "u", None],
            "e": ["x", "y", "y", "x"],
            "f": ["some", "text", "of", "four"],
            "y": [1, 2, 3, 4],
        }
    )
    edited = (RECIPE | interact("a", "b") | scale("min_max")).without("c", "d", "ratio")
    prepared = edited.fit(frame)
    assert prepared.names[:4] == ("a", "a_missing", "b", "e")
    assert prepared.names[-1] == "a*b"
    assert "d" in prepared.fields
    assert "c" not in prepared.fields
    assert prepared(frame).shape == (4, len(prepared.names))


@given(first=steps, second=steps)
def test_the_last_step_of_a_name_stays_and_other_names_do_not_matter(first, second):
    once = RECIPE | first
    assert once | first == once
    both = once | second
    if first.name != second.name or first.kinds <= second.kinds:
        expected = RECIPE | second if first.name == second.name else (RECIPE | second) | first
        assert both == expected


@given(some=subsets, other=subsets)
def test_choosing_twice_is_choosing_what_both_have(some: set, other: set):
    chosen = RECIPE.only(*some)
    assert chosen.only(*some) == chosen
    assert chosen.only(*(some & other)) == RECIPE.only(*(some & other))


@given(some=subsets)
def test_leaving_out_is_choosing_the_rest(some: set):
    assert RECIPE.without(*some) == RECIPE.only(*(set(NAMES) - some))
    assert RECIPE.only(*NAMES) == RECIPE.without() == RECIPE


@given(name=st.sampled_from("abc"), other=st.sampled_from("abc"))
def test_columns_are_replaced_one_by_one(name: str, other: str):
    assert RECIPE.replace(name, RECIPE.columns[name]) == RECIPE
    one, two = Column("number", scale("max_abs")), Column("integer", clip(0, 1))
    if name != other:
        assert RECIPE.replace(name, one).replace(other, two) == RECIPE.replace(other, two).replace(name, one)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda r: r | clip(0, 1), "with a step 'clip' to put it in the place of, got none. Hint: recipe.replace"),
        (lambda r: r | {"a": NUMBER}, "new column names, got 'a', which there is already"),
        (lambda r: r | {"y": NUMBER}, "new column names, got 'y'"),
        (lambda r: r | derive(lambda a: a), "the new column's name, got none. Hint: derive(name=...)"),
        (lambda r: r | interact("a", "B"), "got no column 'B'. Hint: is 'b' meant?"),
        (lambda r: r | cross("c", "d"), "categories whose first step numbers them, got 'c', category with impute"),
        (lambda r: r | interact("a", "ratio"), "got no column 'ratio'"),
        (lambda r: r.replace("A", scale()), "got no column 'A'. Hint: is 'a' meant?"),
        (lambda r: r.replace("a", scale()), "a step that fills missing values"),
        (lambda r: r.replace("a", NUMBER, scale()), "steps, or one column, got both"),
        (lambda r: r.only("a", "x y"), "got no column 'x y'"),
        (lambda r: r.without("g"), "got no column 'g'"),
        (lambda r: derive(), "a function, or functions by name, got neither"),
    ],
)
def test_edits_that_do_not_fit_are_refused(edit, message: str):
    with pytest.raises(DataError) as caught:
        edit(RECIPE)
    assert message in str(caught.value)
