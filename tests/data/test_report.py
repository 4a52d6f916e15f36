import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, drop, report, scale
from philtre.errors import ArtifactError, DataError


@pytest.fixture(scope="module")
def titanic_page(recipe, titanic, tmp_path_factory) -> str:
    derived = recipe.derive(family=lambda SibSp, Parch: SibSp + Parch + 1)
    return derived.report(titanic, tmp_path_factory.mktemp("report") / "titanic.html").read_text("utf-8")


def test_a_report_is_one_page_that_needs_nothing(titanic_page, read_page):
    page = read_page(titanic_page)
    assert len(titanic_page) < 200_000
    assert page.tags.count("h3") == 12
    for words in ("891", "Survived", "177 of 891 (19.9 %); there 29.4 % have Survived = 1", "Sex=female", "family"):
        assert words in page.text


def test_each_column_has_a_picture_unless_there_is_nothing_to_see(titanic_page):
    cards = titanic_page.split('<article class="card"')[1:]
    without = [card for card in cards if 'role="img"' not in card]
    assert len(without) == 1
    assert "Name" in without[0]
    assert "prose" in without[0]


def test_it_says_what_a_column_explains_alone(titanic_page):
    table = titanic_page.split("At a glance</h2>")[1].split("</table>")[0]
    assert '<a href="#c3">Sex</a>' in table
    assert "29.4 %" in table


def test_no_row_is_in_it(titanic_page):
    assert "Braund" not in titanic_page
    assert "PC 17599" not in titanic_page


def test_it_ends_with_the_code(titanic_page):
    code = titanic_page.split("<pre")[-1]
    assert "from philtre.data import" in code
    assert "derive(lambda SibSp, Parch: SibSp + Parch + 1)" in code


def test_a_function_that_was_typed_in_has_no_code(people, tmp_path):
    function = eval("lambda children: children * 2")
    recipe = Recipe.infer(people, "bought").derive(twice=function)
    text = recipe.report(people, tmp_path / "page.html").read_text("utf-8")
    assert "It cannot be written as code: source of" in text


def test_a_regression_shows_means(people, read_page, tmp_path):
    path = Recipe.infer(people, "height", task="regression").report(people, tmp_path / "people.html")
    page = read_page(path.read_text("utf-8"))
    assert "the mean of height" in page.text
    assert "numbers" in page.text


def test_any_frame_is_taken_and_left_as_it_is(people, tmp_path):
    frame = people.to_pandas()
    before = frame.copy()
    Recipe.infer(frame, "bought").report(frame, tmp_path / "page.html")
    pd.testing.assert_frame_equal(frame, before)


def test_data_without_pictures_does_not_import_what_draws():
    code = "import sys, philtre.data; assert not {'altair', 'vl_convert', 'philtre.plot'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_file_is_called_report_by_default(people, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Recipe.infer(people, "bought").report(people).read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


HOSTILE = [
    "<script>alert(1)</script>",
    "\"quoted\" & 'single'",
    "two\nlines",
    "\x00\x1b[31m\u202e",
    "👩‍👧 émoji",
    "}</style><b>",
    "]]><!--",
    "x" * 5000,
    "%s {0} ${x} datum.rows",
]


@pytest.mark.parametrize("numbers", [True, False])
def test_any_name_and_any_value_is_only_text(numbers, read_page, tmp_path):
    values = np.arange(60) % 7 * 1.5 if numbers else HOSTILE * 6 + HOSTILE[:6]
    frame = pl.DataFrame(dict.fromkeys(HOSTILE, values))
    frame = frame.with_columns(pl.Series("<b>target</b>", ["<i>no</i>", "<i>yes</i>"] * 30))
    path = Recipe.infer(frame, "<b>target</b>").report(frame, tmp_path / "page.html")
    text = path.read_text("utf-8")
    page = read_page(text)
    assert {"b", "i"} & set(page.tags) == {"b"}
    assert page.tags.count("b") == 1
    assert "<script>alert(1)</script>" in page.text
    assert "two⏎lines" in page.text


def test_every_kind_of_column_is_shown(read_page, tmp_path):
    n = 60
    frame = pl.DataFrame(
        {
            "empty": pl.Series([None] * n, dtype=pl.Float64),
            "nothing": [None] * n,
            "constant": [3] * n,
            "huge": [1e300 * (-1) ** i for i in range(n)],
            "infinite": [float("inf"), float("nan"), *range(n - 2)],
            "moment": [date(1900, 1, 1) + timedelta(days=900 * i) for i in range(n)],
            "flag": [None if i % 5 == 0 else i % 2 == 0 for i in range(n)],
            "list": [[1, 2]] * n,
            "wide": [2**62 + i for i in range(n)],
            "level": [i % 3 for i in range(n)],
            "alone": [f"text {i}" for i in range(n)],
            "target": [["a", "b", "c", "d", "e", "f", "g", "h"][i % 8] for i in range(n)],
        }
    )
    path = Recipe.infer(frame, "target").report(frame, tmp_path / "page.html")
    page = read_page(path.read_text("utf-8"))
    assert page.tags.count("article") == 11
    assert "3 other classes" in page.text


def test_two_hundred_columns_make_a_page_of_bounded_size(read_page, tmp_path):
    random = np.random.default_rng(0)
    columns = {f"column {i}": random.normal(size=40) if i < 20 else np.ones(40) for i in range(200)}
    frame = pl.DataFrame({**columns, "y": ["a", "b"] * 20})
    text = Recipe.infer(frame, "y").report(frame, tmp_path / "page.html").read_text("utf-8")
    page = read_page(text)
    assert page.tags.count("article") == 200
    assert text.count('role="img"') == 21
    assert len(text) < 21 * 12_000 + 180 * 1_200


def test_of_a_large_table_some_rows_stand_for_all(people, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "SAMPLE", 50)
    text = Recipe.infer(people, "bought").report(people, tmp_path / "page.html").read_text("utf-8")
    assert "that of 50 rows drawn at random" in text


def test_a_suspect_stands_out(people, tmp_path):
    frame = people.with_columns(copy=pl.col("bought") == "yes")
    recipe = Recipe(
        {
            "copy": Column("boolean", drop(), reason="a suspect: it alone tells the target"),
            "children": Column("integer", scale()),
        },
        Target("bought", "classification"),
    )
    text = recipe.report(frame, tmp_path / "page.html").read_text("utf-8")
    assert '<p class="warning">a suspect: it alone tells the target</p>' in text
    assert text.count("knows the target?") == 1


def test_a_frame_that_does_not_fit_is_refused_before_a_file_is_there(people, tmp_path):
    recipe = Recipe.infer(people, "bought")
    with pytest.raises(DataError, match="column 'city' expects one of the columns"):
        recipe.report(people.drop("city"), tmp_path / "page.html")
    with pytest.raises(ArtifactError):
        recipe.report(people, tmp_path / "absent" / "page.html")
    assert list(tmp_path.iterdir()) == []
