import json

import altair as alt
import numpy as np
import pytest

from philtre import plot

NUMBERS = np.linspace(0, 10, 40)
CLASSES = ["no", "yes"] * 20
MANY = list("abcde") * 8


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.histogram(NUMBERS, name="size"),
        lambda: plot.histogram([]),
        lambda: plot.histogram([float("nan")]),
        lambda: plot.frequencies(["a", "b", None]),
        lambda: plot.frequencies([]),
        lambda: plot.relation(NUMBERS, CLASSES),
        lambda: plot.relation(NUMBERS, NUMBERS**2),
        lambda: plot.relation(NUMBERS, MANY),
        lambda: plot.relation(MANY, CLASSES),
        lambda: plot.relation(MANY, NUMBERS),
        lambda: plot.relation(MANY, MANY),
        lambda: plot.relation([None] * 40, NUMBERS),
        lambda: plot.relation(np.full(40, np.nan), CLASSES),
    ],
)
def test_a_chart_is_altair_s_and_draws(chart):
    made = chart()
    assert isinstance(made, alt.TopLevelMixin)
    assert made.to_dict()["description"]
    assert plot.to_svg(made).startswith("<svg")


def test_a_notebook_shows_a_chart():
    assert "text/html" in plot.histogram(NUMBERS)._repr_mimebundle_()


@pytest.mark.parametrize("goal", [CLASSES, MANY, NUMBERS])
@pytest.mark.parametrize("values", [NUMBERS, MANY])
def test_an_overview_shows_the_column_and_the_target(values, goal):
    result = plot.outcome(goal)
    group = plot.group_numbers if values is NUMBERS else plot.group_values
    assert plot.to_svg(plot.overview(group(values, result), result)).count("var(--") > 10
    assert plot.to_svg(plot.overview(group(values))).count("var(--blue)") >= 5


def test_a_chart_holds_counts_and_no_rows():
    secret = 123.456789
    drawn = json.dumps(plot.histogram(np.append(np.random.default_rng(0).normal(size=10_000), secret)).to_dict())
    assert "456789" not in drawn
    assert len(drawn) < 10_000


def test_words_stand_for_a_picture():
    result = plot.outcome(["no", "no", "yes", "yes"], "bought")
    groups = plot.group_values(["f", "m", "f", "f"], result)
    assert plot.describe(groups, "sex", result) == (
        "sex: 2 groups of rows, the largest f with 75 %; the share of bought = yes is lowest for m (0 %) "
        "and highest for f (66.7 %)"
    )


def test_a_table_has_the_numbers_of_a_picture():
    result = plot.outcome([1.0, 2.0, 6.0], "price")
    table = plot.group_table(plot.group_values(["a", "a", "<b>"], result), result)
    assert "mean price" in table
    assert '<td>&lt;b&gt;</td><td class="n">1</td><td class="n">6</td>' in table


def test_many_classes_have_a_key():
    assert plot.legend(plot.outcome(MANY)).count("<li>") == 5
    assert "25 % have target = yes" in plot.legend(plot.outcome(["no", "no", "no", "yes"]))


@pytest.mark.parametrize("group", [plot.group_numbers, plot.group_values])
def test_each_class_has_its_colour_beside_the_rows(group):
    result = plot.outcome(list("abc") * 20)
    drawn = plot.to_svg(plot.overview(group(np.arange(60) % 4, result), result))
    assert all(f'fill="var(--{name})"' in drawn for name in ("blue", "orange", "green", "purple"))
